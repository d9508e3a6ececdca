"""The tests are a package of their own: another one called tests is among the dependencies."""
