#include "greenhalo/ensemble/realizer.h"

namespace greenhalo {

namespace {

void add(const Superposition& part, Superposition& total) {
    for (std::size_t i = 0; i < part.density.size(); ++i) total.density[i] += part.density[i];
    for (std::size_t i = 0; i < part.current.size(); ++i) total.current[i] += part.current[i];
}

}  // namespace

Realizer::Realizer(const Transport& transport, const SourceLaw& law, double time_span, const Selection& selection,
                   const std::optional<ListedSources>& listed, std::uint64_t seed, const SumSettings& settings,
                   const Ranks* sharers)
    : catalogue_(law, time_span, seed), segments_{{0, catalogue_.slab_count()}},
      sum_(transport, selection, law, time_span, settings, sharers),
      dominant_(transport, selection, law, time_span, listed ? listed->sources : SourceBuffer()),
      observer_(transport.observer), energies_(transport.energies.size()),
      boost_(transport.observer_boost) {
    if (law.model != SourceModel::none) segments_ = age_segments(law.rate, time_span);
    if (listed) listed_ = DirectSum(transport, selection).sum(listed->sources);
}

SegmentSum Realizer::segment(std::int64_t index, std::int64_t number) {
    SegmentSum part;
    part.sum = sum_.sum(catalogue_, index, segments_.at(static_cast<std::size_t>(number)), &part.source_count, at_slab_);
    return part;
}

Realization Realizer::finish(std::int64_t index, const std::vector<SegmentSum>& segments) {
    Superposition superposition = segments.at(0).sum;
    std::int64_t source_count = segments[0].source_count;
    for (std::size_t k = 1; k < segments.size(); ++k) {
        add(segments[k].sum, superposition);
        source_count += segments[k].source_count;
    }
    if (listed_) add(*listed_, superposition);
    Realization realization = observe(superposition, energies_, boost_);
    realization.source_count = source_count;
    realization.dominant = describe_dominance(dominant_.find(catalogue_, index), superposition, observer_);
    return realization;
}

Realization Realizer::operator()(std::int64_t index) {
    std::vector<SegmentSum> segments;
    for (std::int64_t number = 0; number < segment_count(); ++number) segments.push_back(segment(index, number));
    return finish(index, segments);
}

}  // namespace greenhalo
