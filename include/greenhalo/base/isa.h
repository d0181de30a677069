/// \file
/// Instruction sets. The kernels are compiled for several and one is chosen when the program starts, so that a
/// program built on a login node runs on every compute node.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace greenhalo {

/// Levels of x86-64 as the System V ABI names them; generic is what the compiler makes for other processors.
enum class Isa { generic, x86_64_v2, x86_64_v3, x86_64_v4 };

/// "generic", "x86-64-v2", "x86-64-v3" or "x86-64-v4".
std::string isa_name(Isa isa);

/// The instruction set of a name; none when there is no such.
std::optional<Isa> isa_from_name(const std::string& name);

/// Whether kernels for both give equal bits: those with fused multiply-add do, whatever their width.
bool gives_same_bits(Isa one, Isa other);

/// Whether this processor and this build can run the kernels of an instruction set.
bool isa_is_available(Isa isa);

/// All that are available here, the best last.
std::vector<Isa> available_isas();

/// The instruction set in use: the best available, or the one that the environment variable GREENHALO_ISA names.
/// Throws InputError when that one is unknown or not available.
Isa active_isa();

/// Sets the instruction set in use; for tests and benchmarks, before any kernel has been fetched.
void set_active_isa(Isa isa);

}  // namespace greenhalo
