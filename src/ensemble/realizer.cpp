#include "greenhalo/ensemble/realizer.h"

namespace greenhalo {

Realizer::Realizer(const Transport& transport, const SourceLaw& law, double time_span, const Selection& selection,
                   const std::optional<ListedSources>& listed, std::uint64_t seed, const SumSettings& settings,
                   const Ranks* sharers)
    : catalogue_(law, time_span, seed), sum_(transport, selection, law, time_span, settings, sharers),
      dominant_(transport, selection, law, time_span, listed ? listed->sources : SourceBuffer()),
      observer_(transport.observer), energies_(transport.energies.size()),
      boost_(transport.observer_boost) {
    if (listed) listed_ = DirectSum(transport, selection).sum(listed->sources);
}

Realization Realizer::operator()(std::int64_t index) {
    std::int64_t source_count = 0;
    Superposition superposition = sum_.sum(catalogue_, index, &source_count);
    if (listed_) {
        for (std::size_t i = 0; i < superposition.density.size(); ++i) superposition.density[i] += listed_->density[i];
        for (std::size_t i = 0; i < superposition.current.size(); ++i) superposition.current[i] += listed_->current[i];
    }
    Realization realization = observe(superposition, energies_, boost_);
    realization.source_count = source_count;
    realization.dominant = describe_dominance(dominant_.find(catalogue_, index), superposition, observer_);
    return realization;
}

}  // namespace greenhalo
