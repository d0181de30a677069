/// \file
/// A hash over the bits of numbers: equal on every machine exactly if the numbers are.
#pragma once

#include <bit>
#include <cstdint>

namespace greenhalo::test {

inline constexpr std::uint64_t bit_hash_start = 0xcbf29ce484222325;

/// FNV-1a over whole words; the upper half is folded back, or pairs of changed signs would cancel.
inline std::uint64_t bit_hash(std::uint64_t hash, std::uint64_t word) {
    const std::uint64_t product = (hash ^ word) * 0x100000001b3;
    return product ^ (product >> 32);
}
inline std::uint64_t bit_hash(std::uint64_t hash, double number) {
    return bit_hash(hash, std::bit_cast<std::uint64_t>(number));
}

}  // namespace greenhalo::test
