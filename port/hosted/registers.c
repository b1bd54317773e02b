// SPDX-License-Identifier: MIT
/*
 * A small device with registers: something that answers when a driver calls.
 *
 *	0x00  ID	32  r	0x51524731
 *	0x04  SCRATCH	32  rw	keeps what is written
 *	0x08  CONTROL	32  rw	bit 0: enable; bit 1: reset everything, reads as 0
 *	0x0c  STATUS	32  rw	bit 0: done, bit 1: error, both until a 1 is written there;
 *				bit 8: the FIFO is empty, bit 9: it is full
 *	0x10  LEVEL	32  r	how many words are in the FIFO
 *	0x14  FIFO	32  rw	of 16 words: writes put one in, reads take one out
 *	0x18  COUNT	64  r	accesses since reset while enabled; in two halves, too
 *	0x20  DOORBELL	32  w	n: take n words out of the FIFO and add them up; needs enable
 *	0x24  RESULT	32  r	that sum
 *	0x28  BYTE	 8  rw	keep what is written
 *	0x2a  WORD	16  rw
 *	0x80  BUFFER	 *  rw	128 bytes of memory, in accesses of any width
 *
 * Putting into a full FIFO, taking out of an empty one, and a doorbell for more than there
 * is, or while disabled, do nothing but set the error bit.
 *
 * G1  An access of another width or in another direction than a register has, or where
 *     none is, changes nothing, and reads as ones, as on a bus where nobody answers.
 * G2  Each such misuse is told once for each register.
 *
 * Locking: the caller's.
 */
#include "internal.h"

#include <stddef.h>
#include <string.h>

#define ID_VALUE	0x51524731u
#define CONTROL_ENABLE	1u
#define CONTROL_RESET	2u
#define STATUS_DONE	1u
#define STATUS_ERROR	2u
#define STATUS_EMPTY	0x100u
#define STATUS_FULL	0x200u
#define BUFFER		0x80u

enum {
	ID, SCRATCH, CONTROL, STATUS, LEVEL, FIFO, COUNT, DOORBELL, RESULT, BYTE, WORD, NR_REGISTERS
};

static const struct {
	const char *name;
	unsigned int offset, bytes;
	unsigned int widths;		/* of accesses; the sum of those allowed */
	bool read, write;
} registers[NR_REGISTERS] = {
	[ID]		= { "ID", 0x00, 4, 4, true, false },
	[SCRATCH]	= { "SCRATCH", 0x04, 4, 4, true, true },
	[CONTROL]	= { "CONTROL", 0x08, 4, 4, true, true },
	[STATUS]	= { "STATUS", 0x0c, 4, 4, true, true },
	[LEVEL]		= { "LEVEL", 0x10, 4, 4, true, false },
	[FIFO]		= { "FIFO", 0x14, 4, 4, true, true },
	[COUNT]		= { "COUNT", 0x18, 8, 4 + 8, true, false },
	[DOORBELL]	= { "DOORBELL", 0x20, 4, 4, false, true },
	[RESULT]	= { "RESULT", 0x24, 4, 4, true, false },
	[BYTE]		= { "BYTE", 0x28, 1, 1, true, true },
	[WORD]		= { "WORD", 0x2a, 2, 2, true, true },
};

/* Bits of port_registers.said. */
enum { SAID_NONE = 1, SAID_WIDTH = 2, SAID_READ = 4, SAID_WRITE = 8 };

static void fail(struct port_registers *r)
{
	r->status |= STATUS_ERROR;
}

static void put(struct port_registers *r, uint32_t word)
{
	if (r->level == PORT_FIFO)
		fail(r);
	else
		r->fifo[(r->head + r->level++) % PORT_FIFO] = word;
}

static uint32_t get(struct port_registers *r)
{
	uint32_t word;

	if (!r->level) {
		fail(r);
		return 0;
	}
	word = r->fifo[r->head];
	r->head = (r->head + 1) % PORT_FIFO;
	r->level--;
	return word;
}

static void ring(struct port_registers *r, uint32_t n)
{
	uint32_t sum = 0;

	if (!(r->control & CONTROL_ENABLE) || n > r->level) {
		fail(r);
		return;
	}
	while (n--)
		sum += get(r);
	r->result = sum;
	r->status |= STATUS_DONE;
}

static void control(struct port_registers *r, uint32_t value)
{
	if (value & CONTROL_RESET)
		memset(r, 0, offsetof(struct port_registers, said));
	r->control = value & CONTROL_ENABLE;
}

static void store(struct port_registers *r, unsigned int i, uint64_t value)
{
	switch (i) {
	case SCRATCH:
		r->scratch = (uint32_t)value;
		break;
	case CONTROL:
		control(r, (uint32_t)value);
		break;
	case STATUS:
		r->status &= ~(uint32_t)value;
		break;
	case FIFO:
		put(r, (uint32_t)value);
		break;
	case DOORBELL:
		ring(r, (uint32_t)value);
		break;
	case BYTE:
		r->byte = (uint8_t)value;
		break;
	case WORD:
		r->word = (uint16_t)value;
		break;
	}
}

static uint64_t load(struct port_registers *r, unsigned int i)
{
	switch (i) {
	case ID:
		return ID_VALUE;
	case SCRATCH:
		return r->scratch;
	case CONTROL:
		return r->control;
	case STATUS:
		return r->status | (r->level ? 0 : STATUS_EMPTY) |
		       (r->level == PORT_FIFO ? STATUS_FULL : 0);
	case LEVEL:
		return r->level;
	case FIFO:
		return get(r);
	case COUNT:
		return r->count;
	case RESULT:
		return r->result;
	case BYTE:
		return r->byte;
	case WORD:
		return r->word;
	}
	return 0;
}

/* Which register is meant? NR_REGISTERS: none. */
static unsigned int find(uint64_t offset)
{
	unsigned int i = 0;

	while (i < NR_REGISTERS && offset - registers[i].offset >= registers[i].bytes)
		i++;
	return i;
}

/* G2. Return: a bit of said, and @misuse; 0: nothing is wrong. */
static unsigned int judge(unsigned int i, uint64_t offset, unsigned int bytes, bool write,
			  const char **misuse)
{
	static const char *const widths[] = {
		[1] = "it is 8 bits wide", [2] = "it is 16 bits wide", [4] = "it is 32 bits wide",
		[12] = "it is 64 bits wide, or two of 32",
	};

	if (offset >= BUFFER && offset < QUARRY_HOSTED_REGISTERS) {
		*misuse = "it goes past the end of the device's memory";
		return SAID_WIDTH;
	}
	if (i == NR_REGISTERS) {
		*misuse = "there is no register";
		return SAID_NONE;
	}
	if (!(registers[i].widths & bytes) || offset % bytes) {
		*misuse = widths[registers[i].widths];
		return SAID_WIDTH;
	}
	if (write ? registers[i].write : registers[i].read)
		return 0;
	*misuse = write ? "it can only be read" : "it can only be written";
	return write ? SAID_WRITE : SAID_READ;
}

static bool in_buffer(uint64_t offset, unsigned int bytes)
{
	return offset >= BUFFER && offset < QUARRY_HOSTED_REGISTERS &&
	       bytes <= QUARRY_HOSTED_REGISTERS - offset;
}

static void buffer(struct port_registers *r, size_t at, unsigned int bytes, bool write,
		   uint64_t *value)
{
	/* Little-endian, whatever we are. */
	if (!write)
		*value = 0;
	for (unsigned int i = 0; i < bytes; i++) {
		if (write)
			r->buffer[at + i] = (uint8_t)(*value >> 8 * i);
		else
			*value |= (uint64_t)r->buffer[at + i] << 8 * i;
	}
}

void port_registers_access(struct port_registers *r, uint64_t offset, unsigned int bytes, bool write,
			   uint64_t *value, const char **misuse, const char **name)
{
	unsigned int i = find(offset), bad;
	uint8_t *said;

	*misuse = *name = NULL;
	if (r->control & CONTROL_ENABLE)
		r->count++;
	if (in_buffer(offset, bytes)) {
		buffer(r, (size_t)offset - BUFFER, bytes, write, value);
		return;
	}
	bad = judge(i, offset, bytes, write, misuse);
	if (bad) {
		if (!write)
			*value = UINT64_MAX;	/* G1 */
		if (i < NR_REGISTERS)
			offset = registers[i].offset;
		else
			offset = offset < QUARRY_HOSTED_REGISTERS ? offset & ~(uint64_t)3 :
				 QUARRY_HOSTED_REGISTERS;
		said = &r->said[offset / 2];
		if (*said & bad)
			*misuse = NULL;
		*said |= (uint8_t)bad;
		*name = i < NR_REGISTERS ? registers[i].name : NULL;
	} else if (write) {
		store(r, i, *value);
	} else {
		*value = load(r, i) >> 8 * (offset - registers[i].offset);
	}
}
