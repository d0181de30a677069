#include "greenhalo/galaxy/random.h"

#include <Random123/threefry.h>

namespace greenhalo {

std::array<std::uint64_t, 4> stream_key(std::uint64_t seed, std::uint64_t realization, std::uint64_t slab,
                                        Stream stream) {
    return {seed, realization, slab, static_cast<std::uint64_t>(stream)};
}

std::array<std::uint64_t, 4> random_words(const std::array<std::uint64_t, 4>& key,
                                          const std::array<std::uint64_t, 4>& counter) {
    const threefry4x64_key_t k = {{key[0], key[1], key[2], key[3]}};
    const threefry4x64_ctr_t c = {{counter[0], counter[1], counter[2], counter[3]}};
    const threefry4x64_ctr_t r = threefry4x64_R(13, c, k);
    return {r.v[0], r.v[1], r.v[2], r.v[3]};
}

}  // namespace greenhalo
