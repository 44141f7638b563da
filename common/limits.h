/* limits.h - the largest size of everything that comes from outside.  What is
 * over is cut or refused, and said so. */
#pragma once

#define MAIL_BYTES (64 * 1024 * 1024)        /* over: not fetched, quarantined */
#define MAIL_PARTS 2000                      /* MIME parts of one mail */
#define MAIL_DEPTH 50                        /* nested multiparts and messages */
#define MAIL_HEADER_FIELDS 2000              /* header fields of one mail */
#define MAIL_HEADER_BYTES (1024 * 1024)      /* header block */
#define MAIL_ADDRESS_FIELD_BYTES (64 * 1024) /* one address header, as written */
#define MAIL_ADDRESSES 1000                  /* addresses of one field */
#define MAIL_REFERENCES 100                  /* message ids of References */
#define MAIL_TEXT_BYTES (1024 * 1024)        /* the readable text */
#define MAIL_SUBJECT_BYTES 998
#define MAIL_NAME_BYTES 255           /* a file name, a display name */
#define MAIL_LINE_BYTES (1024 * 1024) /* one line as it lies in the mail */
#define HTML_BYTES (2 * 1024 * 1024)  /* HTML turned to text */
#define ADDRESS_BYTES 254             /* RFC 5321 4.5.3.1 */

#define ZIP_ENTRIES 1000              /* of one ZIP; more: it stays closed */
#define ZIP_BYTES (256 * 1024 * 1024) /* unpacked, all ZIPs of one mail */
#define ZIP_RATIO 200                 /* unpacked to packed, of an entry */
#define LIST_BYTES (256 * 1024)       /* a CSV list that says whose each file is */
#define BULK_ITEMS 300                /* attestations of one mail */

#define YAML_BYTES (256 * 1024)
#define YAML_DEPTH 32
#define VALUE_BYTES (64 * 1024) /* one answer of a form */
#define CSV_BYTES (256 * 1024 * 1024)
#define CSV_FIELD_BYTES (64 * 1024)

#define PATTERN_MATCH_LIMIT 100000 /* PCRE2: steps of one match */
#define PATTERN_DEPTH_LIMIT 1000
#define PATTERN_HEAP_KIB 2048

#define GROUP_MAILS 64 /* mails received in one commit */
#define FETCH_UIDS 50  /* UIDs of one FETCH */
#ifdef ENABLE_FAILPOINTS
#define SEGMENT_BYTES (256 * 1024) /* many of them, for the torture */
#else
#define SEGMENT_BYTES (256 * 1024 * 1024) /* a segment of raw mail is sealed here */
#endif
