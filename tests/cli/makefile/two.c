// SPDX-License-Identifier: MIT
int two(void);
int two(void)
{
	return 2;
}
