/* approval.h - what a manager's reply to a request for approval says. Pure. */
#pragma once

typedef enum { APPROVAL_UNCLEAR, APPROVAL_YES, APPROVAL_NO } Approval;

/* The first sentence of text decides; whatever leaves a doubt is APPROVAL_UNCLEAR. */
Approval approval_read(const char *text);
