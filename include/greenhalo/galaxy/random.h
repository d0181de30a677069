/// \file
/// Random numbers as pure functions of a key and a counter: Threefry4x64 with 13 rounds (Salmon et al. 2011,
/// Random123), one named stream per purpose.
#pragma once

#include <array>
#include <cstdint>
#include <limits>

namespace greenhalo {

/// What a stream of random numbers is for. The values are part of every catalogue: never renumber.
enum class Stream : std::uint64_t { sources = 0, source_counts = 1, bootstrap = 2 };

/// The key of one stream: (seed, realization, slab, stream).
std::array<std::uint64_t, 4> stream_key(std::uint64_t seed, std::uint64_t realization, std::uint64_t slab,
                                        Stream stream);

/// 256 random bits for a key and a counter.
std::array<std::uint64_t, 4> random_words(const std::array<std::uint64_t, 4>& key,
                                          const std::array<std::uint64_t, 4>& counter);

/// A sequence of 64-bit words of one stream, usable as an engine of the distributions of Boost.Random.
class StreamEngine {
  public:
    using result_type = std::uint64_t;  ///< of one call, as engines of the standard library have it
    /// The stream of a key (stream_key()), from its first word on.
    explicit StreamEngine(const std::array<std::uint64_t, 4>& key) : key_(key) {}
    static constexpr result_type min() { return 0; }  ///< smallest word
    /// Largest word.
    static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
    /// The next word.
    result_type operator()() {
        if (used_ == 4) {
            words_ = random_words(key_, {block_++, 0, 0, 0});
            used_ = 0;
        }
        return words_[used_++];
    }

  private:
    std::array<std::uint64_t, 4> key_{}, words_{};
    std::uint64_t block_ = 0;
    std::size_t used_ = 4;
};

}  // namespace greenhalo
