#include "greenhalo/superposition/source_sum.h"

#include <fmt/format.h>

namespace greenhalo {

namespace {

/// What DirectSum promises.
constexpr double direct_error = 1e-12;

using AnySum = std::variant<DirectSum, FastSum>;

AnySum make_sum(const Transport& transport, const Selection& selection, const SourceLaw& law,
                double time_span, const SumSettings& settings, const Ranks* sharers) {
    if (settings.method == SumMethod::direct || law.model == SourceModel::none) {
        return AnySum(std::in_place_type<DirectSum>, transport, selection);
    }
    return AnySum(std::in_place_type<FastSum>, transport, selection, law, time_span, settings.tolerance,
                  sharers);
}

}  // namespace

SourceSum::SourceSum(const Transport& transport, const Selection& selection, const SourceLaw& law,
                     double time_span, const SumSettings& settings, const Ranks* sharers)
    : sum_(make_sum(transport, selection, law, time_span, settings, sharers)) {}

Superposition SourceSum::sum(const Catalogue& catalogue, std::int64_t realization,
                             std::int64_t* source_count) {
    return std::visit([&](auto& sum) { return sum.sum(catalogue, realization, source_count); }, sum_);
}

Superposition SourceSum::sum(const Catalogue& catalogue, std::int64_t realization, const SlabRange& slabs,
                             std::int64_t* source_count, const std::function<void()>& at_slab) {
    return std::visit(
        [&](auto& sum) { return sum.sum(catalogue, realization, slabs, source_count, at_slab); }, sum_);
}

std::string SourceSum::description() const {
    const FastSum* fast = std::get_if<FastSum>(&sum_);
    if (fast == nullptr) return "direct";
    if (!fast->why_direct().empty()) return fmt::format("direct: {}", fast->why_direct());
    return fmt::format("fast from {:.3g} Myr on, error estimate {:.1e}", fast->fast_from(),
                       fast->error_estimate());
}

double SourceSum::error_estimate() const {
    const FastSum* fast = std::get_if<FastSum>(&sum_);
    return fast == nullptr ? direct_error : fast->error_estimate();
}

}  // namespace greenhalo
