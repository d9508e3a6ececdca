"""Which tests show what each of the 124 kinds of bad input gets: row by row, by number.

Rows are those of the plan of trust, section 7. A guard (tests/guards/test_bad_inputs.py) fails when
a row has neither a test nor a reason, and when a test that is named here is gone. Tests in
tests/integration run on SQLite and on PostgreSQL; those in tests/unit reach no database.
"""

from __future__ import annotations

from typing import Final

_SEARCH: Final = "tests/integration/test_bad_search_input.py::"
_LISTING: Final = "tests/integration/test_bad_listing_input.py::"
_EDIT: Final = "tests/integration/test_admin_listings.py::"
_FILES: Final = "tests/integration/test_malformed_files.py::"
_WIRE: Final = "tests/integration/test_bad_requests.py::"
_RUN: Final = "tests/integration/test_import_run.py::"
_KILL: Final = "tests/integration/test_import_survives.py::"
_BOOK: Final = "tests/unit/test_importer_workbook.py::"
_TEXT: Final = "tests/unit/test_importer_text_table.py::"
_JSON: Final = "tests/unit/test_importer_json_rows.py::"
_PAGES: Final = "tests/integration/test_admin_imports.py::"
_ENDED: Final = "tests/integration/test_admin_import_kills.py::"
_WORKER: Final = "tests/integration/test_admin_import_survives.py::"
_UPLOAD: Final = "tests/integration/test_admin_import_limits.py::"
_PRIVATE: Final = "tests/integration/test_confidential_address.py::"
_TABLE: Final = "tests/unit/test_importer_tabular.py::"
_ROWS: Final = "tests/unit/test_importer_listing_rows.py::"
_SIGN_IN: Final = "tests/integration/test_admin_sign_in.py::"
_PASSWORD: Final = "tests/integration/test_admin_passwords.py::"  # noqa: S105 (a file of tests)
_STEP: Final = "tests/integration/test_admin_second_step.py::"
_SESSION: Final = "tests/integration/test_admin_sessions.py::"

_CLEAR: Final = f"{_FILES}test_a_sample_of_broken_files_gets_clear_answers"
_NO_SUCH: Final = f"{_SEARCH}test_what_cannot_be_searched_says_what_to_change"
_LITERAL: Final = f"{_SEARCH}test_text_is_searched_as_it_stands"
_PROMPT: Final = f"{_SEARCH}test_nothing_asked_is_the_first_page_of_the_search"
_READ: Final = f"{_SEARCH}test_another_way_to_write_a_zip_is_read"
_IGNORED: Final = f"{_SEARCH}test_what_the_search_does_not_know_changes_nothing"
_END: Final = f"{_SEARCH}test_a_page_past_the_end_says_that_there_is_no_more"
_EXPLAINED: Final = f"{_LISTING}test_a_mistake_is_explained_and_all_that_was_typed_stays"
_CONFIRMED: Final = f"{_LISTING}test_what_is_odd_is_saved_once_it_is_confirmed"
_REFUSED: Final = (
    "tests/integration/test_proxy_requests.py::test_the_proxy_refuses_it_with_a_page_that_helps"
)
_GIVEN_UP: Final = (
    "tests/integration/test_proxy_slow_clients.py::"
    "test_what_stops_on_its_way_is_given_up_after_ten_seconds"
)
_ODD_HEADER: Final = f"{_WIRE}test_a_header_that_means_nothing_here_changes_nothing"
_PATHS: Final = (
    f"{_WIRE}test_an_address_that_leads_nowhere_is_404_on_the_wire",
    f"{_SEARCH}test_an_address_that_leads_nowhere_is_a_page_that_helps",
)

TESTS: Final[dict[int, tuple[str, ...]]] = {
    # A. The search
    **dict.fromkeys((1, 2, 27), (_PROMPT,)),
    3: (_NO_SUCH, f"{_SEARCH}test_a_wrong_zip_is_kept_focused_and_has_ways_on"),
    4: (_NO_SUCH, f"{_SEARCH}test_a_wrong_zip_is_kept_focused_and_has_ways_on"),
    **dict.fromkeys((5, 6, 8), (_READ,)),
    **dict.fromkeys((7, 14, 24, 29, 30), (_NO_SUCH,)),
    **dict.fromkeys((9, 10), (_NO_SUCH, _LITERAL)),
    **dict.fromkeys((11, 12, 13, 18), (_LITERAL,)),
    15: (_READ, _LITERAL, "tests/integration/test_one_boundary.py::test_no_field_breaks_a_page"),
    16: (f"{_SEARCH}test_row_16_bytes_that_are_no_text_are_no_error",),
    17: (f"{_SEARCH}test_row_17_a_body_that_is_no_form_asks_nothing", _LITERAL),
    19: (f"{_SEARCH}test_row_19_a_page_that_is_none_is_the_first",),
    **dict.fromkeys((20, 22), (_END,)),
    **dict.fromkeys((21, 23, 25), (_IGNORED,)),
    26: (f"{_SEARCH}test_row_26_the_first_of_two_places_counts",),
    28: (f"{_SEARCH}test_row_28_many_parameters_are_read",),
    31: (f"{_SEARCH}test_a_misspelt_word_finds_what_is_meant",),
    32: (
        f"{_SEARCH}test_crisis_words_put_emergency_help_first",
        f"{_SEARCH}test_row_32_emergency_help_comes_even_if_the_search_fails",
    ),
    # B. The form of a listing
    **dict.fromkeys((33, 34, 36), (_EXPLAINED,)),
    35: (_EXPLAINED, f"{_LISTING}test_a_number_is_kept_as_it_is_dialled"),
    **dict.fromkeys((37, 38), (_EXPLAINED, _CONFIRMED)),
    39: (_EXPLAINED, f"{_LISTING}test_39_a_note_of_one_megabyte_is_shown_back"),
    40: (f"{_LISTING}test_40_fields_of_no_form_are_ignored_and_noted",),
    41: (
        f"{_EDIT}test_two_edits_of_other_fields_are_joined_with_one_click",
        f"{_EDIT}test_two_edits_of_one_field_wait_for_a_choice",
        (
            "tests/integration/test_concurrent_edits.py::"
            "test_of_many_editors_of_one_form_one_is_told_saved_each_round"
        ),
    ),
    42: (f"{_LISTING}test_42_a_version_that_cannot_be_is_400",),
    43: (f"{_LISTING}test_43_the_same_form_twice_is_one_change",),
    44: (
        f"{_LISTING}test_44_a_listing_that_is_gone_gives_the_text_back",
        f"{_LISTING}test_44_a_listing_retired_meanwhile_is_a_stale_one",
    ),
    45: (f"{_LISTING}test_45_a_form_with_a_wrong_token_keeps_the_text",),
    46: (
        f"{_LISTING}test_46_a_session_that_ended_keeps_the_text",
        (
            "tests/integration/test_admin_late_forms.py::"
            "test_what_was_typed_is_sent_again_after_signing_in"
        ),
    ),
    47: (f"{_PRIVATE}test_a_public_note_that_names_the_private_street_is_asked_about",),
    48: (f"{_LISTING}test_48_a_new_name_that_is_listed_there_already_is_warned_of",),
    49: (_CONFIRMED,),
    50: (f"{_EDIT}test_a_save_without_a_database_is_503_and_keeps_the_text",),
    # C. Files
    **dict.fromkeys((51, 52, 55, 58), (_CLEAR,)),
    53: (_CLEAR, f"{_BOOK}test_a_zip_archive_that_is_no_workbook_is_refused"),
    54: (_CLEAR, f"{_BOOK}test_a_workbook_cut_short_is_called_damaged"),
    56: (_CLEAR, f"{_BOOK}test_a_password_on_an_entry_is_named"),
    57: (f"{_BOOK}test_a_zip_bomb_is_refused_before_it_is_unpacked",),
    59: (_CLEAR, f"{_BOOK}test_an_archive_inside_the_archive_is_refused"),
    60: (_CLEAR, f"{_BOOK}test_too_many_entries_are_refused"),
    61: (
        _CLEAR,
        f"{_BOOK}test_an_entry_with_a_strange_path_is_refused",
        f"{_BOOK}test_a_link_in_the_archive_is_refused",
    ),
    62: (_CLEAR, f"{_BOOK}test_two_entries_of_one_name_are_refused"),
    63: (_CLEAR, f"{_BOOK}test_xml_entities_are_refused"),
    64: (_CLEAR, f"{_BOOK}test_a_lone_cell_at_the_far_corner_is_refused_with_its_name"),
    **dict.fromkeys(
        (65, 66), (_CLEAR, f"{_BOOK}test_errors_and_formulas_without_value_are_told_by_cell")
    ),
    67: (f"{_ROWS}test_a_lost_zero_comes_back_and_is_told", _CLEAR),
    68: (f"{_BOOK}test_a_cell_is_the_text_that_a_person_sees",),
    69: (
        f"{_TABLE}test_the_header_may_stand_below_a_title",
        f"{_BOOK}test_a_hidden_sheet_is_not_read",
    ),
    70: (
        _CLEAR,
        f"{_TABLE}test_missing_columns_are_listed_with_the_nearest_names",
        f"{_TABLE}test_a_needed_column_that_stands_twice_is_refused",
    ),
    71: (
        f"{_TEXT}test_letters_are_the_same_in_every_encoding",
        f"{_ROWS}test_garbled_letters_are_told_and_kept",
    ),
    72: (f"{_TEXT}test_the_delimiter_is_found",),
    73: (_CLEAR, f"{_TEXT}test_a_nul_is_a_fault_of_its_row_alone"),
    74: (_CLEAR, f"{_TEXT}test_a_field_beyond_the_limit_is_refused_with_its_line"),
    75: (_CLEAR, f"{_TEXT}test_a_quotation_mark_never_closed_is_refused_with_its_line"),
    76: (
        _CLEAR,
        f"{_TEXT}test_every_line_end_is_read_and_lines_are_counted",
        f"{_TABLE}test_a_row_whose_cells_cannot_be_told_apart_is_refused_alone",
    ),
    77: (f"{_ROWS}test_a_spreadsheet_formula_in_a_name_stays_text",),
    78: (_CLEAR, f"{_JSON}test_a_row_that_can_be_read_in_two_ways_is_none"),
    80: (
        f"{_RUN}test_same_file_twice_changes_nothing",
        f"{_PAGES}test_the_same_file_twice_is_told_and_offers_nothing_to_apply",
    ),
    81: (
        f"{_PAGES}test_more_than_a_tenth_asks_for_the_number_to_be_typed",
        f"{_RUN}test_brake_stops_a_run_that_would_retire_more_than_a_tenth",
        "tests/integration/test_import_commands.py::test_complete_state_retires_and_the_brake_asks",
    ),
    82: (
        f"{_RUN}test_refused_row_is_counted_and_the_rest_is_written",
        f"{_PAGES}test_one_bad_row_stops_all_until_somebody_says_otherwise",
    ),
    83: (
        f"{_KILL}test_second_import_at_once_is_told_to_wait",
        f"{_UPLOAD}test_a_second_import_at_once_is_told_that_one_is_running",
    ),
    84: (
        f"{_WORKER}test_a_run_killed_while_it_is_applied_is_old_or_new_and_never_half",
        f"{_KILL}test_import_killed_at_any_moment_leaves_old_or_new",
        f"{_KILL}test_commit_per_batch_would_be_found_half_done",
        f"{_ENDED}test_a_run_killed_at_any_moment_is_old_or_new_and_can_be_started_again",
    ),
    85: (
        f"{_UPLOAD}test_a_sender_who_goes_away_in_the_middle_leaves_no_file",
        f"{_UPLOAD}test_files_of_runs_that_were_never_begun_are_gone_after_an_hour",
        f"{_UPLOAD}test_files_that_are_too_old_go_when_the_server_starts",
    ),
    86: (f"{_UPLOAD}test_a_file_name_is_shown_cut_and_escaped_and_names_nothing_on_the_disk",),
    # E. Signing in
    98: (
        f"{_SIGN_IN}test_unknown_person_and_wrong_password_get_the_same_answer",
        f"{_SIGN_IN}test_unknown_person_takes_as_long_as_a_wrong_password",
    ),
    99: (f"{_PASSWORD}test_eleventh_try_in_five_minutes_is_429_and_hashes_nothing",),
    100: (
        f"{_PASSWORD}test_a_password_over_1024_bytes_is_400_at_once",
        f"{_PASSWORD}test_a_password_of_a_megabyte_is_413",
        f"{_PASSWORD}test_a_password_counts_as_it_was_typed",
        f"{_PASSWORD}test_accents_count_the_same_however_they_were_composed",
    ),
    101: (f"{_PASSWORD}test_common_and_near_passwords_are_refused_when_they_are_set",),
    102: (
        f"{_STEP}test_a_code_of_the_app_works_once",
        f"{_STEP}test_a_code_two_steps_off_is_refused",
        f"{_STEP}test_what_is_no_code_is_refused",
        f"{_STEP}test_full_width_digits_of_the_right_code_are_refused",
    ),
    103: (f"{_SESSION}test_a_changed_cookie_is_nobody", f"{_SESSION}test_two_cookies_are_nobody"),
    104: (f"{_SIGN_IN}test_next_leads_to_our_own_pages_only",),
    105: (f"{_SESSION}test_a_cookie_that_was_planted_is_not_the_one_after_signing_in",),
    106: (f"{_SESSION}test_sign_out_by_anything_but_post_is_405",),
    107: (f"{_SESSION}test_a_closed_account_is_out_at_the_next_request",),
    108: (f"{_SIGN_IN}test_a_forged_forwarded_address_does_not_dodge_the_limit",),
    # F. Addresses, headers, the wire
    **dict.fromkeys((109, 110), _PATHS),
    111: (*_PATHS, f"{_SEARCH}test_row_111_two_slashes_lead_to_no_other_host"),
    112: (f"{_WIRE}test_112_another_host_is_400_and_not_named",),
    113: (
        f"{_WIRE}test_113_two_hosts_are_400",
        f"{_WIRE}test_113_no_host_learns_nothing_and_114_another_host_gets_no_address_of_its_own",
    ),
    114: (
        f"{_WIRE}test_113_no_host_learns_nothing_and_114_another_host_gets_no_address_of_its_own",
    ),
    115: (f"{_WIRE}test_115_what_is_too_long_is_refused",),
    116: (f"{_WIRE}test_116_a_request_that_two_servers_could_read_differently_is_refused",),
    117: (f"{_WIRE}test_117_a_malformed_line_is_refused_and_not_logged",),
    118: (f"{_WIRE}test_118_a_method_that_the_page_has_not_is_refused",),
    **dict.fromkeys((119, 120, 124), (_ODD_HEADER,)),
    121: (f"{_WIRE}test_121_a_line_end_in_an_address_splits_no_header",),
    122: (
        f"{_WIRE}test_122_a_body_over_the_limit_is_413",
        f"{_WIRE}test_122_too_many_parts_are_413",
        f"{_WIRE}test_122_a_broken_form_is_refused_or_asks_nothing",
        f"{_WIRE}test_122_a_body_without_an_end_keeps_nobody_else_waiting",
    ),
    123: (f"{_WIRE}test_123_tls_and_a_slow_client_keep_nobody_else_waiting",),
}

# Rows without a test of their own, and why.
NOT_YET: Final[dict[int, str]] = {
    79: "no importer reads HSDS JSON",
    **dict.fromkeys(range(87, 98), "there is no API"),
}

# What a proxy in front does (deploy/nginx.conf): what happens without one, and the test with one.
LEFT_TO_THE_PROXY: Final[dict[int, tuple[str, str]]] = {
    113: ("a request without a host is answered as one to this machine", _REFUSED),
    114: ("an absolute address of another host is answered as a path", _REFUSED),
    115: ("the page of what is too long is gunicorn's own, without our headers", _REFUSED),
    116: ("a coding that is not known is 501", _REFUSED),
    122: ("a body without an end is ended after a while", _GIVEN_UP),
    123: ("TLS on the wrong port and a byte a second are ended after a while", _GIVEN_UP),
}
