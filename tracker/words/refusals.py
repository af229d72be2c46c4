"""Why an action was refused, or what is wrong with an input: one sentence a code, each with its next step."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

REFUSALS: Mapping[str, Promise] = {
    "no_right": gettext_lazy("Your appointment does not cover this. Ask your unit's administrator if it should."),
    "own_report": gettext_lazy("Nobody decides on a report of their own. Another reviewer has to."),
    "not_authors_evidence": gettext_lazy("Only the author of a report adds evidence to it or takes it away."),
    "evidence_gone": gettext_lazy("One of the earlier files is no longer there. Choose again."),
    "evidence_not_stored": gettext_lazy("The files could not be stored. Tell the administrator; your text is kept."),
    "file_not_chosen": gettext_lazy("Choose a file."),
    "evidence_not_chosen": gettext_lazy("Choose a file, or a place of a document, first."),
    "citation_unknown": gettext_lazy(
        "One of the places chosen is not in the documents of this item's programme, or out of your reach."
    ),
    "file_empty": gettext_lazy("The file is empty."),
    "file_too_large": gettext_lazy("The file is larger than %(limit)s MB."),
    "files_too_large_together": gettext_lazy(
        "The files are larger than %(limit)s MB together. Send fewer at once; more can be added afterwards."
    ),
    "files_too_many": gettext_lazy("At most %(limit)s files on one report."),
    "file_not_taken": gettext_lazy("Not a PDF, JPEG, PNG, WebP, docx, xlsx, pptx or OFD by its content."),
    "file_old_office": gettext_lazy(
        "An old Office file, or one with a password. Save it as docx, xlsx or pptx without a password, or as PDF."
    ),
    "file_heic": gettext_lazy("A HEIC or AVIF picture. Save it as JPEG."),
    "file_macros": gettext_lazy("The file holds macros. Save it without them, or as PDF."),
    "file_bomb": gettext_lazy("The file would unpack to far more than it is. Save it anew, or as PDF."),
    "file_damaged": gettext_lazy("The file is damaged or has a password. Save it anew without one."),
    "file_pixels": gettext_lazy("The picture has too many pixels. Save it smaller."),
    "file_animated": gettext_lazy("A moving picture. Save it as a single picture."),
    "not_author": gettext_lazy("Only its author can take a report back."),
    "stale": gettext_lazy("This changed while you were typing. Your text is kept below: compare and submit again."),
    "retired": gettext_lazy("This item has been retired and takes no more reports."),
    "already_decided": gettext_lazy("Somebody has already decided on this report."),
    "changed_since_looked": gettext_lazy("The item has changed since you looked. Look at this report again."),
    "too_many_reports": gettext_lazy("At most %(most)s reports are accepted at once."),
    "nothing_chosen": gettext_lazy("No report is ticked. Tick those you accept."),
    "not_in_review": gettext_lazy("This report is not among those you review."),
    "already_superseded": gettext_lazy("This report has already been corrected by a later one."),
    "corrects_nothing": gettext_lazy("Only an accepted report of the same item can be corrected."),
    "correction_needs_reason": gettext_lazy("Say why the accepted report is corrected."),
    "comment_missing": gettext_lazy("Say what has to be changed."),
    "comment_empty": gettext_lazy("Write what you want to say."),
    "comment_too_long": gettext_lazy("At most %(limit)s characters."),
    "reason_missing": gettext_lazy("Say why the plan changes."),
    "reason_too_long": gettext_lazy("At most %(limit)s characters."),
    "start_after_due": gettext_lazy("The planned start lies after the due date."),
    "derive_reason_missing": gettext_lazy("Say why it is worked out so."),
    "derive_waiting": gettext_lazy("A report on this metric waits for review: it has to be decided on first."),
    "derive_reported": gettext_lazy(
        "Its own reports have been accepted: a figure people answer for is not replaced. Choose another metric."
    ),
    "part_itself": gettext_lazy("A metric is no part of itself."),
    "part_loop": gettext_lazy("%(part)s is itself made from this metric: that would go round in a ring."),
    "part_taken": gettext_lazy("%(part)s enters another metric or stands beside one: it is counted there."),
    "part_elsewhere": gettext_lazy("%(part)s does not belong to this project or programme, or has been retired."),
    "part_unknown": gettext_lazy("One of the metrics chosen is not offered here. Choose from the list."),
    "parts_too_few": gettext_lazy("Choose at least two parts."),
    "parts_twice": gettext_lazy("%(part)s is chosen twice."),
    "parts_of_shares": gettext_lazy("%(part)s is a share: shares are not added. Choose the mean or the ratio."),
    "parts_wrong_dimension": gettext_lazy("%(part)s counts something else than %(measure)s: they are not added."),
    "parts_mixed_basis": gettext_lazy("%(part)s has another basis than “%(basis)s”: they are not added."),
    "parts_mixed_periods": gettext_lazy(
        "%(part)s is counted for each period and another from the beginning: they are not added."
    ),
    "parts_no_denominator": gettext_lazy("A ratio needs at least one numerator and one denominator."),
    "parts_need_no_denominator": gettext_lazy("%(part)s is ticked as a denominator: only a ratio has any."),
    "ratio_needs_share": gettext_lazy("A ratio of sums gives a percentage or a ratio; this metric is neither."),
    "parts_need_formula": gettext_lazy("Parts are chosen: say how the figure is worked out from them."),
    "parts_unchanged": gettext_lazy("It is worked out so already: nothing changes."),
    "entry_empty": gettext_lazy("Enter at least one figure."),
    "entry_not_of_use": gettext_lazy("This is not counted on a site of this use (%(use)s)."),
    "entry_negative": gettext_lazy("This cannot be less than 0."),
    "entry_not_whole": gettext_lazy("This is counted in whole numbers."),
    "entry_too_large": gettext_lazy("%(value)s is more than any site has: check the figure and its unit."),
    "entry_gone": gettext_lazy(
        "%(last)s was accepted before and is not left out now. Enter the figure; if the earlier one was wrong, correct "
        "that report."
    ),
    "entry_falls": gettext_lazy(
        "Less than the %(last)s accepted before: this is counted from the beginning and does not fall. If the earlier "
        "figure was wrong, correct that report."
    ),
    "entry_beyond_stage": gettext_lazy("More than the stage before it (%(stage)s: %(before)s)."),
    "entry_beyond_scope": gettext_lazy(
        "More than the whole site (%(scope)s). If the site has grown, its scope has to be changed first."
    ),
    "entry_beyond_planned": gettext_lazy(
        "More than planned (%(scope)s). If more is to be built, the plan has to be changed first."
    ),
    "entry_kinds_beyond_signed": gettext_lazy(
        "Money and exchange together (%(value)s) are more than all that signed (%(signed)s)."
    ),
    "entry_obstacles_beyond": gettext_lazy("Held up together: %(value)s, but only %(left)s have not moved out."),
    "scope_below_reported": gettext_lazy(
        "%(reported)s has been reported already: there cannot be less to clear. Correct that report first if it was "
        "wrong."
    ),
    "scope_range": gettext_lazy("Say one figure, with “about” if it is not certain."),
    "plan_unchanged": gettext_lazy("The plan says this already: nothing changes."),
    "site_reason_missing": gettext_lazy("Say why."),
    "site_retired": gettext_lazy("This site has been retired already."),
    "site_not_retired": gettext_lazy("This site is in the ledger already."),
    "site_waiting": gettext_lazy("A report on this site waits for review: it has to be decided on first."),
    "entry_wrong_measure": gettext_lazy("This is counted in %(expected)s, not in %(given)s."),
    "entry_not_exact": gettext_lazy("Enter the figure as counted: no “about” and no range."),
    "metric_of_ledger": gettext_lazy(
        "This figure adds up the clearance ledger and is not reported: report on the sites it counts."
    ),
    "ledger_sum_only": gettext_lazy("A figure from the ledger is a sum, and has no other parts."),
    "ledger_wrong_dimension": gettext_lazy(
        "The ledger keeps this figure in %(kept)s, the metric is counted in %(measure)s. Choose another figure."
    ),
    "ledger_not_cumulative": gettext_lazy(
        "The ledger counts from the beginning, this metric for each period: they do not fit."
    ),
    "ledger_no_such_basis": gettext_lazy(
        "No site of this use is counted on the basis “%(basis)s”: sums never mix bases. Choose another use, or give "
        "the sites that basis."
    ),
    "metric_is_derived": gettext_lazy("This figure is computed from its parts and is not reported."),
    "wrong_dimension": gettext_lazy("This unit does not fit: the metric is counted in %(expected)s."),
    "escalate_range": gettext_lazy("From %(low)s to %(high)s days."),
    "draft_unknown": gettext_lazy("This form is none a draft can be kept of."),
    "draft_too_long": gettext_lazy(
        "This is too much for a draft. It is kept on this page only: shorten it, or send it."
    ),
    "email_form": gettext_lazy("This is no mail address. Write it like name@example.org."),
    "feeds_many": gettext_lazy("At most %(limit)s subscriptions: revoke one first."),
    "feed_gone": gettext_lazy("This subscription has ended already."),
    "base_year_printed": gettext_lazy("The document prints the years in full: there is nothing to move."),
    "base_year_range": gettext_lazy("The base year lies between %(low)s and %(high)s."),
    "base_year_same": gettext_lazy("That is the base year already."),
    "already_reported": gettext_lazy("A person's report has been accepted: the base year can no longer move."),
    "already_sent": gettext_lazy("This form was sent before, saying something else. To report anew, submit again."),
    "nothing_to_repeat": gettext_lazy("Nothing has been accepted yet that could be said again. Fill the form in."),
    "day_too_early": gettext_lazy("The year cannot be right: give a day from %(earliest)s on."),
    "as_of_in_future": gettext_lazy("This day lies ahead; today is %(today)s."),
    "older_as_of": gettext_lazy(
        "The last accepted report speaks of %(last)s: give that day or a later one, or correct that report."
    ),
    "note_too_long": gettext_lazy("%(length)s characters; at most %(limit)s."),
    "progress_range": gettext_lazy("Progress lies between %(low)s and %(high)s."),
    "progress_not_begun": gettext_lazy("Not started means 0: choose another status or enter 0."),
    "progress_unreadable": gettext_lazy("Enter a number from 0 to 100."),
    "progress_100_not_done": gettext_lazy("100 means done: choose “Done”, or enter less."),
    "done_progress": gettext_lazy("Done means 100; this says %(value)s."),
    "too_many_decimals": gettext_lazy("At most %(places)s decimals."),
    "finish_missing": gettext_lazy("Give the day it was finished."),
    "finish_without_done": gettext_lazy("A finish day goes with “Done” only."),
    "start_not_started": gettext_lazy("Not started, yet a start day is given: change one of the two."),
    "start_after_finish": gettext_lazy("The start, %(start)s, lies after the finish, %(finish)s."),
    "actual_in_future": gettext_lazy("This day lies ahead; today is %(today)s."),
    "actual_after_as_of": gettext_lazy("This day lies after the day the report speaks of, %(as_of)s."),
    "forecast_when_done": gettext_lazy("What is done needs no forecast: leave it empty."),
    "forecast_past": gettext_lazy("This ended on %(forecast)s. If another year is meant, write the year."),
    "quantity_withheld": gettext_lazy("Enter the figure."),
    "empty_quantity": gettext_lazy("Enter the figure."),
    "unreadable_quantity": gettext_lazy("This is no figure we can read. Write for example 168, about 203 or 1—2."),
    "measure_missing": gettext_lazy("Say in which unit."),
    "unknown_measure": gettext_lazy("We do not know the unit “%(symbol)s”. Choose one from the list."),
    "contradictory_quantity": gettext_lazy("Two limits at once: say only one of them."),
    "range_reversed": gettext_lazy("The smaller figure comes first."),
    "negative_amount": gettext_lazy("This cannot be less than 0."),
    "percent_range": gettext_lazy("Between %(low)s and %(high)s."),
    "not_a_whole_number": gettext_lazy("This is counted in whole numbers."),
    "date_unreadable": gettext_lazy("This is no date we can read. Write for example 2026-11-20 or 20 November."),
    "date_no_year": gettext_lazy("Say in which year."),
    "date_reversed": gettext_lazy("The end lies before the start."),
    "date_no_such_day": gettext_lazy("There is no such day."),
    "date_too_long": gettext_lazy("This is too long for a date."),
    "not_demo": gettext_lazy("Demo accounts exist only in demo mode."),
    "no_fixtures": gettext_lazy("No fixtures in %(folder)s."),
    "own_account": gettext_lazy("Nobody changes their own account or appointments. Another administrator has to."),
    "username_form": gettext_lazy("2 to 60 letters, digits, dots or hyphens, beginning with a letter or digit."),
    "username_taken": gettext_lazy("This user name is taken already."),
    "name_missing": gettext_lazy("A name is needed."),
    "code_too_long": gettext_lazy("The code made from the project's is longer than %(limit)s characters."),
    "housing_one_number": gettext_lazy("Write one number, with about or at least if need be, not a range."),
    "housing_below_reported": gettext_lazy("%(reported)s are reported already: the plan cannot be below that."),
    "housing_other_milestone": gettext_lazy("This milestone belongs to another programme."),
    "housing_other_site": gettext_lazy("One of the sites belongs to another programme."),
    "housing_waiting": gettext_lazy("A report on it waits for review: it has to be decided on first."),
    "entry_more_than_homes": gettext_lazy("%(value)s in %(homes)s: a home takes one household."),
    "name_en_missing": gettext_lazy("An English name is needed."),
    "name_too_long": gettext_lazy("At most %(limit)s characters."),
    "password_wrong": gettext_lazy("This is not your present password."),
    "password_same": gettext_lazy("The new password is the old one."),
    "appointment_range": gettext_lazy("Give a day between %(low)s and %(high)s."),
    "appointment_last_before_first": gettext_lazy("The last day lies before the first."),
    "appointment_exists": gettext_lazy("This person already holds that role in that unit at that time."),
    "appointment_ended": gettext_lazy("This appointment has ended already."),
    "appointment_end_range": gettext_lazy("%(low)s is the earliest day: the past is not changed."),
    "deputy_not_found": gettext_lazy("%(username)s does not hold that role in that unit at that time."),
    "unit_code_form": gettext_lazy("1 to 40 capital letters, digits or hyphens."),
    "unit_code_taken": gettext_lazy("This code is taken already."),
    "unit_parent_missing": gettext_lazy("Say which unit it belongs to."),
    "unit_is_root": gettext_lazy("The unit at the top stays where it is."),
    "unit_loop": gettext_lazy("A unit cannot lie below itself."),
    "unit_too_deep": gettext_lazy("The tree would become too deep."),
    "unit_retired": gettext_lazy("This unit has been retired."),
    "unit_in_use": gettext_lazy(
        "Still answers for %(works)s open works, holds %(people)s appointments and has %(units)s units below it. "
        "Move these first."
    ),
    "retire_reason_missing": gettext_lazy("Say why the unit is retired."),
    "notice_year_range": gettext_lazy("Give a year between %(low)s and %(high)s: the calendar grows a year at a time."),
    "notice_source_missing": gettext_lazy("Say which notice this is."),
    "notice_source_long": gettext_lazy("At most %(limit)s characters."),
    "notice_no_change": gettext_lazy("The calendar says this already: nothing changes."),
    "notice_too_long": gettext_lazy("This is too long for a notice: at most %(limit)s characters."),
    "notice_empty": gettext_lazy("No day off was found. Write for example 春节：2月5日至11日放假，共7天。"),
    "notice_incomplete": gettext_lazy("No day off is given for: %(names)s. A national notice names every holiday."),
    "notice_other_year": gettext_lazy("%(day)s does not belong to a notice for %(year)s."),
    "notice_worked_weekday": gettext_lazy("%(day)s is worked anyway: it is no weekend. Check the date."),
    "notice_twice": gettext_lazy("%(day)s is given as worked and as off."),
    "notice_no_name": gettext_lazy("Say which holiday this is: its name and a colon at the beginning of the line."),
    "notice_off_or_worked": gettext_lazy("Say whether these days are off (放假) or worked (上班)."),
    "notice_total": gettext_lazy("The text says %(said)s days, the dates make %(counted)s."),
    "notice_reversed": gettext_lazy("From %(first)s to %(last)s is no holiday: check the two dates."),
    "notice_no_month": gettext_lazy("Say in which month: %(day)s."),
    "notice_no_such_day": gettext_lazy("There is no such day: %(day)s."),
    "notice_weekday": gettext_lazy("%(day)s is not the weekday given (%(said)s). Check the year and the date."),
    "notice_date_form": gettext_lazy("Write the date as 2027-02-05, not %(value)s."),
    "notice_working_form": gettext_lazy("The column working takes 1 (worked) or 0 (off), not “%(value)s”."),
    "notice_row": gettext_lazy("This row cannot be read."),
    "unknown_process": gettext_lazy("There is no such process."),
    "package_empty": gettext_lazy("Enter at least one count, a suspension, or that the call has failed."),
    "package_grows": gettext_lazy("%(more)s (%(count)s) cannot be more than “%(less)s” (%(of)s)."),
    "package_count_range": gettext_lazy("From 0 to %(most)s."),
    "package_round_range": gettext_lazy("From 1 to %(most)s."),
    "package_resumes_first": gettext_lazy("It cannot go on before it was suspended (%(since)s)."),
    "package_until_without_since": gettext_lazy("Say since when it is suspended."),
    "package_since_future": gettext_lazy("Later than the day the report speaks of (%(as_of)s)."),
    "package_of_earlier_call": gettext_lazy(
        "As accepted of call number %(round)s. Clear it, or confirm on the report form that it holds for this call."
    ),
    "package_suspension_open": gettext_lazy(
        "The suspension from %(since)s has not been said to have ended. Enter %(since)s here and the day the clock "
        "goes on; another suspension is reported after that. A wrong first day is corrected in the report that stated "
        "it."
    ),
    "package_code_form": gettext_lazy("Use capitals, digits and hyphens, at most 28."),
    "package_code_taken": gettext_lazy("Another package has this code. Choose another."),
    "package_name_missing": gettext_lazy("Give the package a name."),
    "package_template": gettext_lazy("This is not the process of the package. Choose the one it is run by."),
    "package_law": gettext_lazy(
        "This law does not govern what is tendered, or no step of this process: choose a law and a process that go "
        "together."
    ),
    "package_validity_range": gettext_lazy("From 1 to %(most)s days."),
    "package_estimate_measure": gettext_lazy("An estimate is an amount of money."),
    "package_estimate_negative": gettext_lazy("An estimate is not below zero."),
    "package_waiting": gettext_lazy("A report on it waits for review. Have it decided first."),
    "process_applied": gettext_lazy("This project has this process already."),
    "package_applied": gettext_lazy("This package has been planned back with this process already."),
    "process_code_long": gettext_lazy("The code %(milestone)s would be too long."),
    "process_retired": gettext_lazy("This copy has been retired: choose another process."),
    "process_other_unit": gettext_lazy("This copy belongs to a unit that this project is not part of."),
    "process_not_house": gettext_lazy("Only a template of the whole house is copied: open that one."),
    "process_is_house": gettext_lazy("This is a template of the whole house: make a copy and change that."),
    "process_name_taken": gettext_lazy("A process of this name can be chosen there already: give another name."),
    "process_reason_missing": gettext_lazy("Say why: the reason stays with the version."),
    "process_no_change": gettext_lazy("Nothing differs from the newest version."),
    "process_faulty": gettext_lazy("This cannot be planned with yet: see the marked places."),
    "process_no_steps": gettext_lazy("A process needs at least one step."),
    "process_many_steps": gettext_lazy("At most %(limit)s steps: remove some or split the process."),
    "process_many_rows": gettext_lazy("At most %(limit)s rows."),
    "process_step_code": gettext_lazy("A step's code is one to three capital letters and a number: B05, B05a."),
    "process_step_double": gettext_lazy("Another step has the code %(step)s already."),
    "process_days": gettext_lazy("Between 0 and %(limit)s days; 0 is done within one day."),
    "process_goal": gettext_lazy("Choose one of the steps: %(step)s is not there."),
    "process_step_gone": gettext_lazy("There is no step %(step)s: choose another one or remove this row."),
    "process_tie_self": gettext_lazy("A step cannot come after itself."),
    "process_tie_double": gettext_lazy("These two steps are ordered already: keep one of the rows."),
    "process_lag": gettext_lazy("Between 0 and %(limit)s days."),
    "process_window_unknown": gettext_lazy("There is no statutory window %(window)s in the table."),
    "process_window_double": gettext_lazy("This window stands between these two steps already."),
    "process_omission_reason": gettext_lazy("The original applies %(window)s: say why it is left out, or put it back."),
    "process_cycle": gettext_lazy("These steps wait for each other in a circle: %(loop)s. Remove one of the ties."),
    "plan_impossible": gettext_lazy("This plan is not lawful: choose a later deadline first."),
    "plan_done": gettext_lazy("The step the deadline is meant for is done already."),
    "plan_late": gettext_lazy("The latest day of %(step)s has passed: mark it as done or choose a later deadline."),
    "schedule_cycle": gettext_lazy("The links run in a circle: %(loop)s. Take one of them out of the file."),
    "schedule_changed": gettext_lazy("Something here changed since you looked. See below what would happen now."),
    "schedule_no_change": gettext_lazy("The project says all this already: nothing changes."),
    "schedule_expired": gettext_lazy("This preview is too old, or was made by somebody else. Choose the file again."),
    "schedule_no_report_right": gettext_lazy("Your appointment keeps plans and does not report: its unit has to."),
    "schedule_reports_many": gettext_lazy("More than %(limit)s reports in one file are not taken."),
    "xml_empty": gettext_lazy("The file is empty."),
    "xml_too_large": gettext_lazy("The file is larger than %(limit)s MB."),
    "xml_is_mpp": gettext_lazy("This is a Project file (.mpp). In Project, save it as XML and choose that file."),
    "xml_other_format": gettext_lazy("This is no Microsoft Project XML. In Project, save the plan as XML."),
    "xml_malformed": gettext_lazy("The file breaks off or is damaged: line %(line)s is no XML. Save it anew."),
    "xml_encoding": gettext_lazy("The file's encoding cannot be read. Save it as XML in UTF-8."),
    "xml_entities": gettext_lazy(
        "The file declares entities or a document type. Project never does: for safety it is not read."
    ),
    "xml_too_dense": gettext_lazy("The file is built unlike any plan of Project. For safety it is not read."),
    "xml_no_tasks": gettext_lazy("The file holds no tasks."),
    "xml_too_many_tasks": gettext_lazy("More than %(limit)s tasks. Load the part that holds the commitments."),
    "xml_uid_twice": gettext_lazy("Two tasks bear the number (UID) %(uid)s. Save the file anew in Project."),
    "window_unknown": gettext_lazy("There is no national row of this code."),
    "window_exists": gettext_lazy("This region has a row of this code already: add a version to it."),
    "window_code_form": gettext_lazy("A code is two to four letters, a hyphen and two digits: TB-05."),
    "window_region_unknown": gettext_lazy("Choose the region."),
    "window_length_missing": gettext_lazy("Give the length and what it is counted in."),
    "window_length_odd": gettext_lazy("Order only has no length: leave both fields empty."),
    "window_length_range": gettext_lazy("This length makes no sense."),
    "window_force_reversed": gettext_lazy("This ends before it begins."),
    "window_kind_differs": gettext_lazy("The national row is of another kind: a local one cannot turn it into this."),
    "window_shorter_than_national": gettext_lazy(
        "The national row asks for more: a local one may lengthen it, never shorten it."
    ),
    "window_longer_than_national": gettext_lazy(
        "The national row allows less: a local one may shorten it, never lengthen it."
    ),
    "window_units_not_comparable": gettext_lazy(
        "In these units the local row could turn out looser than the national one. Use the national row's unit."
    ),
    "reason_window_missing": gettext_lazy("Say why this is added."),
}
