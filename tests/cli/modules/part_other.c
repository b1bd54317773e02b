// SPDX-License-Identifier: MIT
#include "part.h"

#ifndef PART_ANSWER
#define PART_ANSWER	7
#endif

int part_answer(void)
{
	return PART_ANSWER;
}
