//! Which test holds which row of the threat model, and which rule of the boundary. A test named here
//! must exist; a row without a test says why.
//!
//! Attackers: A0 the network, A1 the configuration file without an account, A2 a signed-in person with
//! psql, A4 a thief, A5 hostile text.
//!
//! | row | what is tried | held by |
//! |---|---|---|
//! | 1 | A1 reads credentials, sessions, secrets, trail | the_shared_login_reads_nothing_of_ours, inner_schemas_are_closed |
//! | 2 | A1 makes an identity up by settings | a_forged_identity_is_nobody, the_api_asks_for_a_session, tables_ask_for_a_session |
//! | 3 | A1, A2 climb to another role | nobody_climbs_to_another_role, nobody_climbs_by_either_protocol |
//! | 4 | A2 gives rights to themselves or others | nobody_gives_away_what_they_do_not_have, nobody_writes_beyond_their_verbs |
//! | 5 | reading what is not one's own by any road | what_may_not_be_viewed_does_not_show, what_may_not_be_viewed_is_not_there, views_and_functions_of_others_show_nothing, no_question_shows_a_row_of_another_tenant, rows_of_another_tenant_are_neither_read_nor_written, nothing_of_ours_tells_of_another_tenants_rows |
//! | 6 | versions, tenants and the trail written by hand | nobody_writes_what_the_database_keeps, rights_are_by_column, rows_of_another_tenant_are_neither_read_nor_written, deleting_reaches_no_row_of_another_tenant |
//! | 7 | existence told by UNIQUE and foreign keys | the_asserts_notice_a_loosened_boundary, keys_that_cross_tenants_are_named_and_mended |
//! | 8 | values told by statistics | the_catalog_tells_names_and_sizes_and_nothing_else |
//! | 9 | values told by plans | accepted of a whole guess, and nothing else: a_plan_tells_of_a_whole_guess_whether_it_is_there_and_nothing_else |
//! | 10 | names, sizes, function bodies | accepted, but no secret is in them: the_catalog_tells_names_and_sizes_and_nothing_else |
//! | 11 | others' statements watched | nothing_written_or_shown_holds_a_secret, no_token_proof_or_password_is_seen_anywhere, nobody_climbs_by_either_protocol |
//! | 12 | tokens and proofs in the log | nothing_written_or_shown_holds_a_secret, no_token_proof_or_password_is_seen_anywhere |
//! | 13 | guesses taken back | a_guess_that_is_rolled_back_is_never_judged, a_verdict_that_is_rolled_back_counts, a_guess_counts_when_its_verdict_is_never_asked_for, parallel_guesses_are_not_more_guesses |
//! | 14 | guessing and spraying | waits_grow_and_end_by_the_databases_clock, who_tries_many_names_from_one_address_waits_there_alone |
//! | 15 | a colleague locked out | a_stranger_elsewhere_locks_nobody_out, limits_are_per_name_and_address_before_they_are_per_name, an_account_that_waits_is_unlocked |
//! | 16 | names tried out | a_wrong_name_and_a_wrong_password_read_the_same, unknown_names_cost_the_same_work, unknown_names_take_the_same_time, nobody_learns_which_accounts_are_taken_over |
//! | 17 | recorded answers sent again | a_recorded_answer_is_worthless |
//! | 18 | a stolen dump, a restored backup | a_stolen_dump_opens_nothing, the_hash_alone_opens_nothing, a_restore_ends_sessions_and_voids_cursors_and_challenges, nobody_signs_in_before_the_tables_were_found_again, a_single_table_that_is_brought_back_is_seen_at_the_next_sign_in, rights_views_and_the_past_follow_their_tables, the_seal_holds_and_names_an_entry_that_was_given_to_another_table |
//! | 19 | a token taken from the client | nothing_written_or_shown_holds_a_secret, no_token_proof_or_password_is_seen_anywhere, what_is_sensitive_asks_for_the_password_again, drafts_are_their_owners_alone_and_hold_no_secret, time_ends_sessions_whether_or_not_anybody_records_it |
//! | 20 | a revoked person goes on | a_revoked_person_is_cut_at_the_next_statement, dead_sessions_are_told_everywhere, an_old_snapshot_cannot_write |
//! | 21 | paths and temporary objects under definer functions | functions_are_fixed, deleting_runs_triggers_on_the_owners_path_not_the_callers |
//! | 22 | blocks, functions, temporary tables | nobody_climbs_by_either_protocol |
//! | 23 | large objects | nobody_climbs_by_either_protocol |
//! | 24 | tables locked without a session | rights_are_by_column |
//! | 25 | the shared login's own password and defaults | accepted; what_a_role_was_given_as_defaults_changes_no_value |
//! | 26 | others' connections ended | nobody_climbs_by_either_protocol |
//! | 27 | all connections taken | accepted; a_full_pool_says_so_and_recovers |
//! | 28 | notifications spoofed or flooded | no_save_notifies |
//! | 29 | advisory locks squatted | squatted_locks_hold_up_nobody |
//! | 30 | the trail edited | nobody_writes_what_the_database_keeps |
//! | 31 | somebody else's name in the trail | every_change_is_recorded |
//! | 32 | A0 listens or stands between | a_server_without_tls_hears_nothing_more, a_wrong_name_or_issuer_is_refused, plaintext_stays_on_this_machine, a_door_in_the_middle_with_a_good_certificate_gets_no_further, where_it_is_required_a_password_that_is_not_bound_is_not_enough, a_false_server_is_found_out, absurd_costs_are_refused_before_anything_is_sent |
//! | 33 | the configuration file read by others | a_password_in_a_file_that_others_can_read_is_refused, a_password_file_that_others_can_read_is_not_used |
//! | 34 | A5 writes to the terminal | dangerous_text_becomes_visible, every_control_is_caught |
//! | 35 | A5 takes a name that looks like another's | names_that_look_alike_are_refused |
//! | 36 | A5 writes formulas into exports | a_line_of_csv_is_exact_and_no_formula, rows_go_to_stdout_or_to_a_file_that_is_never_written_over |
//! | 37 | drafts read by others | drafts_are_their_owners_alone_and_hold_no_secret |
//! | 38 | a dump that leaves rows out | a_dump_by_the_shared_login_fails_aloud |
//! | 39 | a client of another age writes | a_client_of_another_age_is_refused, a_changed_or_newer_history_is_refused |
//! | 40 | disk and processor burnt | accepted but for files: nobody_climbs_by_either_protocol |
//!
//! What is checked of every installation, line by line:
//!
//! | line | held by |
//! |---|---|
//! | row security on every adopted table, a restrictive policy for every verb | the_asserts_notice_a_loosened_boundary, tables_ask_for_a_session |
//! | the gate inside a select, stable, safe for workers | policies_ask_once, what_policies_call_is_stable_and_safe_for_workers |
//! | every key and index of a table of ours begins with the tenant | the_asserts_notice_a_loosened_boundary |
//! | definer functions have a fixed path, PUBLIC executes none | functions_are_fixed, the_asserts_notice_a_loosened_boundary |
//! | the shared login is nobody's member and has no attribute | the_asserts_notice_a_login_that_became_more |
//! | no right on a whole table | rights_are_by_column, the_asserts_notice_a_loosened_boundary |
//! | it executes what is listed, and all of that asks for a session | the_asserts_notice_a_login_that_became_more, the_api_asks_for_a_session |
//! | two tenants, any question, no common row | no_question_shows_a_row_of_another_tenant |
//! | the suite itself can fail | the_suite_notices_every_sabotage, the_suite_notices_a_client_that_does_not_call_the_gate |
//!
//! Rules for living among other programs:
//!
//! | rule | held by |
//! |---|---|
//! | the gate is called by name | dead_sessions_are_told_everywhere, the_suite_notices_a_client_that_does_not_call_the_gate |
//! | a table's own policies are no way around | the_tables_own_policy_is_no_way_around, tables_ask_for_a_session |
//! | other programs keep their index plans, roles granted later come in, policies of theirs stay | other_programs_keep_their_indexes_and_their_own_policies, a_role_granted_later_reads_and_writes |
//! | FORCE where a role of ours owns the table, or where it is wished | views_and_functions_of_others_show_nothing, a_forced_table_binds_its_owner_too |
//! | policies that sleep, views, definer functions | sleeping_policies_would_wake, ways_around_the_gate_are_refused_accepted_or_closed |
//! | private schemas are closed by missing USAGE | inner_schemas_are_closed |
//! | a plan first, one transaction, locks waited for briefly | shows_the_plan_and_keeps_its_hands_off, a_table_that_changed_since_the_plan_is_left_alone, a_lock_that_somebody_holds_is_waited_for_briefly_and_again |
//! | undoing restores exactly | undo_restores_the_schema_exactly, an_older_adoption_is_brought_up_to_date_and_undone_exactly, rights_that_our_roles_had_come_back |
//! | what opens a schema is listed, refused, accepted or closed, and looked at again | ways_around_the_gate_are_refused_accepted_or_closed, what_is_broken_is_found_and_nothing_else |
//! | triggers, serials, cascades | its_triggers_get_their_rights_and_nobody_else_does, serials_and_identities_draw_their_numbers, cascades_are_followed_and_recorded, tries_writing_and_keeps_nothing_of_it |
//! | an added column, and none | what_programs_would_notice_is_said, without_a_column_everything_else_is_the_same |
//! | tables that a subscription writes | what_a_subscription_writes_is_counted_and_recorded |
//! | inheritance and partitions | inheritance_is_taken_whole_or_not_at_all, partitions_are_limited_as_their_root_is |
//! | an installation takes nobody offline, and needs no superuser | a_database_that_others_use_is_listed_and_not_touched, an_empty_database_of_a_lonely_server_is_hardened_at_once, an_owner_without_superuser_installs_and_a_second_time_changes_nothing, who_may_not_make_roles_gets_the_sql_and_goes_on_after_it |
//! | an owner dumps and copies | an_owner_who_is_no_superuser_dumps_and_copies |
//! | parameters in the log are named | settings_of_the_whole_server_are_found |
//! | the guard is version and xmin | every_cause_is_told_as_it_is, two_racing_savers_lose_no_value_and_leave_a_full_trail |
//! | versions are counted whatever is written, last of all triggers | a_program_counts_its_own_versions, our_login_sets_no_version_even_where_public_may, what_is_broken_is_found_and_nothing_else |
//! | a row that moves between partitions is one change | a_row_that_moves_between_partitions_is_one_change |
//! | one round trip, a second row undoes it | all_open_records_are_one_round_trip, a_rule_that_would_change_several_rows_is_undone_and_named |
//! | saves are carried out once, and their outcome is kept | a_number_stands_for_one_save, a_line_that_is_cut_before_or_during_a_save_stores_it_once, outcomes_of_saves_are_kept_for_a_while_and_within_bounds |
//! | who may insert and not see saves all the same | who_may_only_insert_reads_nothing_back |
//! | a column that is not given keeps its default | columns_that_are_not_given_stay_as_they_are |
//! | values are exact under any settings, large ones cut | values_are_exact_under_any_settings, huge_values_are_cut_with_length_and_hash, a_table_changed_after_adoption_goes_on_working |
//! | hidden records are told by nothing of ours | no_form_of_policy_lets_a_hidden_record_be_asked_after, the_feed_names_no_record_that_is_hidden, what_is_kept_of_hidden_records_is_hidden_too |
//! | the seal names what was edited, removed, inserted | every_edit_of_an_entry_is_named, an_entry_that_was_redated_removed_or_put_in_is_named, a_chain_that_was_made_anew_is_found_by_a_digest_kept_outside |
//! | months are made ahead, archived, dropped | partitions_are_made_ahead_and_the_rest_has_a_place, a_month_is_written_verified_and_dropped_and_the_rest_still_fits |
//! | the feed has no gaps, starts anew after a restore, tells of TRUNCATE | the_feed_has_no_gaps, a_restore_ends_sessions_and_voids_cursors_and_challenges, truncating_partitions_is_one_change_each_time |
//! | numbers of tables after a restore | rights_views_and_the_past_follow_their_tables |
//! | the search shows what the policy shows, takes values only | random_filters_and_sorts_show_what_the_table_shows, the_search_takes_numbers_and_values_only, offers_indexes_and_builds_them |
//! | keys that cross tenants | keys_that_cross_tenants_are_named_and_mended, deleting_reaches_no_row_of_another_tenant |
//! | away is no end; time the server was down is not idle time | after_kill_9_the_session_is_away_and_the_draft_is_kept, time_in_which_the_server_was_down_is_not_idle_time, a_restart_of_the_server_ends_no_session_and_idle_time_counts_on |
//! | the budget of connections, shared addresses | a_team_that_does_not_fit_is_told, addresses_that_are_shared_are_no_addresses |
//! | accounts of older programs come in by code and old password | the_hash_alone_opens_nothing, an_account_of_an_older_program_comes_in_once_with_code_and_old_password |
//! | isolation is proved on the database itself | the_proof_is_green_on_a_whole_boundary_and_changes_nothing, the_proof_is_red_for_every_wall_that_is_taken_down |
//! | time is read in one place | time_is_read_in_one_place_alone, what_is_broken_is_found_and_nothing_else |
//! | through a pooler everything | two_people_go_on_through_a_pooler_that_restarts, nothing_of_a_session_stays_on_a_connection |
//! | a standby is read | a_standby_is_read_and_says_why_nothing_is_saved, nobody_signs_in_on_a_standby_and_is_told_so |

use std::fs;
use std::path::Path;

/// Every row of the threat model has its line, and every test that is named exists.
#[test]
fn every_row_of_the_threat_model_has_its_test() {
    let this = include_str!("table.rs");
    let lines: Vec<&str> = this
        .lines()
        .filter_map(|line| line.strip_prefix("//! "))
        .collect();
    for row in 1..=40 {
        let begin = format!("| {row} |");
        assert_eq!(
            lines.iter().filter(|line| line.starts_with(&begin)).count(),
            1,
            "row {row}"
        );
    }
    let mut code = String::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    read(&root.join("tests/it"), &mut code);
    read(&root.join("src"), &mut code);
    let named = lines
        .iter()
        .flat_map(|line| line.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_'));
    let missing: Vec<&str> = named
        .filter(|word| word.matches('_').count() > 1)
        .filter(|word| !code.contains(&format!("fn {word}(")))
        .collect();
    assert!(missing.is_empty(), "no such test: {missing:?}");
}

fn read(folder: &Path, code: &mut String) {
    let entries = fs::read_dir(folder).expect("a folder");
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            read(&path, code);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            code.push_str(&fs::read_to_string(&path).expect("a text"));
        }
    }
}
