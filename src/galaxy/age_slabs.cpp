#include "greenhalo/galaxy/age_slabs.h"

#include <array>
#include <cmath>

namespace greenhalo {

namespace {

// Rounded from extended precision: the double functions of the C library differ in the last bit between processors.
std::array<double, slabs_per_octave> make_fractions() {
    std::array<double, slabs_per_octave> fractions{};
    for (std::int64_t i = 0; i < slabs_per_octave; ++i) {
        fractions[static_cast<std::size_t>(i)] =
            static_cast<double>(std::exp2(static_cast<long double>(i) / slabs_per_octave) * first_slab_edge);
    }
    return fractions;
}

}  // namespace

double slab_edge(std::int64_t slab) {
    static const std::array<double, slabs_per_octave> fractions = make_fractions();
    if (slab <= 0) return 0.0;
    const std::int64_t step = slab - 1;
    return std::ldexp(fractions[static_cast<std::size_t>(step % slabs_per_octave)],
                      static_cast<int>(step / slabs_per_octave));
}

std::int64_t slabs_covering(double span) {
    if (!(span > 0.0)) return 0;
    if (span <= first_slab_edge) return 1;
    auto count = static_cast<std::int64_t>(std::log2(span / first_slab_edge) * slabs_per_octave);
    while (count > 1 && slab_edge(count - 1) >= span) --count;
    while (slab_edge(count) < span) ++count;
    return count;
}

std::vector<SlabRange> age_segments(double rate, double span) {
    const std::int64_t slabs = slabs_covering(span);
    const auto count = static_cast<std::int64_t>(std::ceil(rate * span / most_sources_per_segment));
    std::vector<SlabRange> segments;
    std::int64_t first = 0;
    for (std::int64_t k = 1; k < count; ++k) {
        const double edge = span * (static_cast<double>(k) / static_cast<double>(count));
        std::int64_t end = slabs_covering(edge);
        if (end <= first) continue;
        segments.push_back({first, end});
        first = end;
    }
    if (first < slabs || segments.empty()) segments.push_back({first, slabs});
    return segments;
}

}  // namespace greenhalo
