// SPDX-License-Identifier: MIT
#include <part.h>

int part_answer(void)
{
	return 2;
}
