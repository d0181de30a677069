#include "greenhalo/galaxy/catalogue.h"

#include <boost/random/poisson_distribution.hpp>
#include <vector>

#include "base/isa_dispatch.h"
#include "galaxy/draw_kernels.h"
#include "greenhalo/galaxy/age_slabs.h"
#include "greenhalo/galaxy/frame.h"
#include "greenhalo/galaxy/random.h"

namespace greenhalo {

GREENHALO_DECLARE_KERNELS(DrawKernels, draw_kernels)

SourceBuffer::SourceBuffer(std::size_t capacity)
    : x(capacity), y(capacity), z(capacity), age(capacity), capacity_(capacity) {}

/// The Poisson law of each slab; exact for every mean (inversion below 10, PTRD rejection above: Hoermann
/// 1993).
struct Catalogue::Counts {
    std::vector<boost::random::poisson_distribution<std::int64_t, double>> laws;
};

Catalogue::Catalogue(const SourceLaw& law, double time_span, std::uint64_t seed)
    : law_(law), time_span_(time_span), seed_(seed), counts_(std::make_unique<Counts>()) {
    law.check();
    if (law.model == SourceModel::none) return;
    const std::int64_t slabs = slabs_covering(time_span);
    counts_->laws.reserve(static_cast<std::size_t>(slabs));
    for (std::int64_t j = 0; j < slabs; ++j) {
        counts_->laws.emplace_back(law.rate * (slab_edge(j + 1) - slab_edge(j)));
    }
}

Catalogue::~Catalogue() = default;
Catalogue::Catalogue(Catalogue&&) noexcept = default;

std::int64_t Catalogue::slab_count() const {
    return static_cast<std::int64_t>(counts_->laws.size());
}

std::int64_t Catalogue::source_count(std::int64_t realization, std::int64_t slab) const {
    StreamEngine engine(stream_key(seed_, static_cast<std::uint64_t>(realization),
                                   static_cast<std::uint64_t>(slab), Stream::source_counts));
    return counts_->laws[static_cast<std::size_t>(slab)](engine);
}

void Catalogue::draw(std::int64_t realization, std::int64_t slab, std::int64_t first, std::int64_t count,
                     SourceBuffer& buffer) const {
    const auto key = stream_key(seed_, static_cast<std::uint64_t>(realization),
                                static_cast<std::uint64_t>(slab), Stream::sources);
    const double low = slab_edge(slab);
    const DrawRequest request{{key[0], key[1], key[2], key[3]},
                              static_cast<std::uint64_t>(first),
                              count,
                              low,
                              slab_edge(slab + 1) - low,
                              law_};
    const std::size_t at = buffer.size;
    const DrawKernel draw_places = active_draw_kernels().of_model[static_cast<std::size_t>(law_.model)];
    draw_places(request, &buffer.x[at], &buffer.y[at], &buffer.z[at], &buffer.age[at]);
    buffer.size += static_cast<std::size_t>(count);
}

}  // namespace greenhalo
