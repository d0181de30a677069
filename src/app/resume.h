/// \file
/// Whether a run may go on with what an earlier one left.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "greenhalo/app/command_input.h"
#include "greenhalo/ensemble/realizer.h"
#include "greenhalo/storage/parts_file.h"

namespace greenhalo {

/// What differs between the input of a file and the present one among everything that changes numbers or what
/// is stored of them, a line each: "halo.half-height: 4 in the file, 2 now (command line)".
std::vector<std::string> differences(const CommandInput& input, const Description& file);

/// The same between two files, which are called `one` and `other`; keys in `ignored` may differ.
std::vector<std::string> differences(const Description& one, const Description& other,
                                     const std::string& one_name, const std::string& other_name,
                                     const std::set<std::string>& ignored);

/// SHA-256 of everything that differences() compares, but for ensemble.first: a realization is fixed by it
/// and its index.
std::string model_digest(const CommandInput& input);

/// Throws InputError unless the file at `path` holds an ensemble of this input, with as many realizations or
/// less.
void require_same_ensemble(const CommandInput& input, const Description& file, const std::string& path);

/// Collective. Chooses the kernels that give the bits of the file. Throws InputError where this is
/// impossible.
void adopt_instruction_set(const Ranks& ranks, const Log& log, const Description& file,
                           const std::string& path);

/// What differs between the program and machine that began the file and these, "compiler GNU 12.2.0 ->
/// GNU 13.1.0".
std::vector<std::string> build_differences(const Description& file);

/// Throws InputError with the largest relative difference unless the numbers are equal bit by bit. `what` and
/// `why` go into the message.
void require_equal_bits(const std::vector<double>& stored, const std::vector<double>& computed,
                        const std::string& what, const std::vector<std::string>& why);

}  // namespace greenhalo
