/* approval_words.h - the words by which a manager says yes or no, and those that leave a doubt.
 *
 * All of them folded (text_fold), in four languages; each list ends with NULL.  A phrase may have
 * a "*" between two words: other words may stand there.
 */
#pragma once

/* Phrases.  Looked for in this order: a later one finds only what an earlier one left. */
extern const char *const approval_harmless[]; /* have a no or an until in them, and say nothing */
extern const char *const approval_willing[];  /* a yes that has a no in it */
extern const char *const approval_no[];
extern const char *const approval_yes[];

/* Words. */
extern const char *const approval_plain[];  /* may stand beside a decision and change nothing */
extern const char *const approval_sorry[];  /* the same, beside a no */
extern const char *const approval_reason[]; /* from here on in the clause it is the reason */
extern const char *const approval_doubt[];  /* wherever they stand, they take a yes back */
extern const char *const approval_but[];    /* wherever they stand, nothing is decided */
extern const char
	*const approval_greeting[];        /* a sentence that begins so is none, when it is short */
extern const char *const approval_short[]; /* a full stop behind them ends no sentence */
