/* rows.h - what several tables have in common: where a message lies. */
#pragma once

#include "store/driver.h"
#include "store/raw.h"

/* segment, raw_offset, raw_length, sha256 from this column on. */
RawRange column_range(Statement *row, int column);
/* :segment, :offset, :length, :sha256. */
void bind_range(Statement *put, const RawRange *range);
