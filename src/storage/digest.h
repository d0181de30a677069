/// \file
/// Checksums of numbers as they lie in a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace greenhalo::storage {

/// SHA-256 over pieces, shortened to what a number of 64 bits takes.
class Digest {
  public:
    Digest();
    ~Digest();
    Digest(const Digest&) = delete;
    Digest& operator=(const Digest&) = delete;

    void add(const void* data, std::size_t bytes);

    /// The first 8 bytes, big-endian; the next piece starts a new one.
    std::uint64_t take();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace greenhalo::storage
