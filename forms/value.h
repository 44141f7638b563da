/* value.h - how each type of field reads and shows a value; see field_type.h.
 *
 * All read functions take any text and give NULL or a problem's code.
 */
#pragma once

#include "forms/field_type.h"

/* value_date.c */
const char *value_read_date(const FormField *field, const char *typed, char **ret_plain);
const char *value_read_month(const FormField *field, const char *typed, char **ret_plain);
const char *value_read_year(const FormField *field, const char *typed, char **ret_plain);

/* value_number.c */
const char *value_read_number(const FormField *field, const char *typed, char **ret_plain);
const char *value_read_amount(const FormField *field, const char *typed, char **ret_plain);

/* "1.234,56", "1 234.56", "0,2" as "1234.56", "1234.56", "0.2"; NULL when it is no
 * number.  is_amount: "1,234" is a thousand.  Takes folded text.  Given. */
char *decimal_read(const char *folded, bool is_amount);

/* value_fraction.c */
const char *value_read_percentage(const FormField *field, const char *typed, char **ret_plain);
const char *value_read_fraction(const FormField *field, const char *typed, char **ret_plain);

/* value_words.c */
const char *value_read_text(const FormField *field, const char *typed, char **ret_plain);
const char *value_read_lines(const FormField *field, const char *typed, char **ret_plain);
const char *value_read_choice(const FormField *field, const char *typed, char **ret_plain);
const char *value_read_yes_no(const FormField *field, const char *typed, char **ret_plain);

/* value_id.c */
const char *value_read_national_number(const FormField *field, const char *typed, char **ret_plain);
const char *value_read_iban(const FormField *field, const char *typed, char **ret_plain);
const char *value_read_email(const FormField *field, const char *typed, char **ret_plain);
const char *value_read_telephone(const FormField *field, const char *typed, char **ret_plain);

/* value_show.c */
char *value_show_text(const FormField *field, const char *value, const Texts *texts,
		      Language language);
char *value_show_date(const FormField *field, const char *value, const Texts *texts,
		      Language language);
char *value_show_month(const FormField *field, const char *value, const Texts *texts,
		       Language language);
char *value_show_number(const FormField *field, const char *value, const Texts *texts,
			Language language);
char *value_show_amount(const FormField *field, const char *value, const Texts *texts,
			Language language);
char *value_show_percentage(const FormField *field, const char *value, const Texts *texts,
			    Language language);
char *value_show_choice(const FormField *field, const char *value, const Texts *texts,
			Language language);
char *value_show_yes_no(const FormField *field, const char *value, const Texts *texts,
			Language language);
char *value_show_national_number(const FormField *field, const char *value, const Texts *texts,
				 Language language);
char *value_show_iban(const FormField *field, const char *value, const Texts *texts,
		      Language language);

/* typed for comparing: folded, on one line, without emphasis ("*x*"), quotes around
 * it, or "." "," ";" at its end.  Given. */
char *value_fold(const char *typed);

/* Whether typed is one of the field's choices, or the beginning of one. */
bool value_begins_choice(const FormField *field, const char *typed);

/* Whether word is one of a NULL-ended list. */
bool word_is_in(const char *word, const char *const *list);
