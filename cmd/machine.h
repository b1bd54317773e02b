/* SPDX-License-Identifier: MIT */
/*
 * A machine, as data: from a preset or from a file of the lines that a real
 * machine printed. Pure functions: no input, no output, no global state.
 */
#ifndef QUARRY_CMD_MACHINE_H
#define QUARRY_CMD_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port/hosted/hosted.h"
#include "quarry/quarry.h"

enum machine_arch {
	ARCH_X86_64,
	ARCH_I386,		/* without PAE: 32 address bits are used */
};

#define MACHINE_MAX_DEVICES	32

/* struct quarry_hosted_device, with its own text. */
struct machine_device {
	char name[32];
	uint64_t start, end;
	enum quarry_hosted_device_kind kind;
	char file[256];
	unsigned int line;	/* of the machine file; 0: none */
};

/* struct quarry_machine without the windows, and with its own arrays. */
struct machine_desc {
	char name[64];
	enum machine_arch arch;
	struct quarry_range ranges[QUARRY_MAX_RANGES];
	unsigned int nr_ranges;
	unsigned int nr_cpus, nr_nodes;
	bool has_cpu_node;
	unsigned int cpu_node[QUARRY_MAX_CPUS];
	bool has_distance;
	unsigned char distance[QUARRY_MAX_NODES * QUARRY_MAX_NODES]; /* nr_nodes x nr_nodes */
	uint64_t dma_end, dma32_end, lowmem_end;
	unsigned int pkmap_slots;
	struct machine_device devices[MACHINE_MAX_DEVICES];	/* not among the ranges */
	unsigned int nr_devices;
	char note[160];		/* something the user should know; "" if nothing */
};

/**
 * machine_parse - read a machine file
 * @d: filled
 * @file: its name, for messages
 * @text: its contents, @len bytes; need not end in NUL
 * @err: gets one line, "FILE:LINE: what is wrong", when it fails
 * Return: 0 or -1.
 */
int machine_parse(struct machine_desc *d, const char *file, const char *text, size_t len,
		  char *err, size_t errlen);

/**
 * machine_device_parse - add a device
 * @text: "NAME 0xSTART-0xEND KIND [FILE]", blanks or commas in between
 * @err: gets one line when it fails
 * Return: 0 or -1.
 */
int machine_device_parse(struct machine_desc *d, const char *text, char *err, size_t errlen);

/**
 * machine_device_check - does device @i fit into the machine, whose ranges are known?
 * Return: 0; -1, and one line in @err.
 */
int machine_device_check(const struct machine_desc *d, unsigned int i, char *err, size_t errlen);

/** machine_has_highmem - has it memory above the direct map's end? */
bool machine_has_highmem(const struct machine_desc *d);

/* What the command line may change about a preset. 0: as it is. */
struct machine_changes {
	uint64_t mem;			/* bytes */
	unsigned int cpus, nodes;
};

/**
 * machine_preset - fill in a preset
 * @name: its name
 * Return: 0; -1 when there is no such preset, or it cannot be changed so; @err
 * (one line) is "" in the first case.
 */
int machine_preset(struct machine_desc *d, const char *name, const struct machine_changes *c,
		   char *err, size_t errlen);

/** machine_preset_name - name of preset @i, the default one first; NULL behind the last */
const char *machine_preset_name(unsigned int i);

/** machine_preset_about - what preset @i is, in a few words */
const char *machine_preset_about(unsigned int i);

/** machine_preset_slab - "slob", if the preset has another --slab than others; NULL */
const char *machine_preset_slab(const char *name);

/** machine_zones - set the zones' limits by @d->arch */
void machine_zones(struct machine_desc *d);

/**
 * machine_split - spread the RAM over the nodes, evenly and in address order
 * @nodes: how many
 * Return: 0; -1 when a node would get less than 4 MiB, or there is no room for
 * the ranges.
 */
int machine_split(struct machine_desc *d, unsigned int nodes);

/** machine_bits - how many bits a physical address has on this kind of machine */
unsigned int machine_bits(const struct machine_desc *d);

#endif
