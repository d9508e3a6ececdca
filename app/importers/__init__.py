"""Outside formats read into ListingRecords, and the one run that writes them."""
