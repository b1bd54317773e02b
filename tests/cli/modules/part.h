/* SPDX-License-Identifier: MIT */
int part_answer(void);
