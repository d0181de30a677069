// Realizations by the fast sum against the direct sum, over a random design of models: the tolerance is kept
// wherever the fast sum is used, its own estimate of the error is honest, and the dominating sources are those
// of a look at every source.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "greenhalo/base/units.h"
#include "greenhalo/ensemble/realizer.h"
#include "greenhalo/galaxy/age_slabs.h"
#include "superposition/far_sources.h"
#include "superposition/fast_plan.h"
#include "support/absolute_sum.h"
#include "support/model_design.h"

namespace greenhalo::test {

namespace {

constexpr std::uint64_t seed_of(int model) { return static_cast<std::uint64_t>(model) + 1; }
constexpr std::int64_t realization = 3;
/// In kpc^-3: in the units of the result file smaller densities leave the range of doubles.
constexpr double least_in_result = 1e-220;

bool is_set(const char* name) {
    const char* wanted = std::getenv(name);
    return wanted != nullptr && *wanted != '\0' && *wanted != '0';
}
bool is_long() { return is_set("GREENHALO_LONG"); }

std::optional<ListedSources> listed_of(const ModelDesign& design) {
    if (design.known.empty()) return std::nullopt;
    return ListedSources{listed(design.known, true), std::vector<std::string>(design.known.size())};
}

Realizer realizer_of(const ModelDesign& design, int model) {
    return Realizer(design.transport, design.law, design.span, design.selection, listed_of(design), seed_of(model),
                    {SumMethod::fast, design.tolerance});
}

/// The superposition that a realization was made of.
Superposition superposition_of(const Realization& r) {
    Superposition s{r.density, r.current};
    for (double& n : s.density) n /= units::per_kpc3_in_per_cm3;
    for (double& j : s.current) j /= units::per_kpc2_myr_in_per_cm2_s;
    return s;
}

/// The direct sum of random and known sources; the selection is for the random ones only.
MeasuredSum measured(const ModelDesign& design, const Catalogue& catalogue) {
    MeasuredSum sum = measured_sum(design.transport, design.selection, catalogue, realization);
    for (const Source& source : design.known) {
        const Superposition s = DirectSum(design.transport, {}).sum(listed({source}, true));
        for (std::size_t p = 0; p < s.density.size(); ++p) {
            const double values[4] = {s.density[p], s.current[3 * p], s.current[3 * p + 1], s.current[3 * p + 2]};
            for (std::size_t i = 0; i < 4; ++i) {
                sum.value[p][i] += values[i];
                sum.absolute[p][i] += std::abs(values[i]);
            }
        }
    }
    return sum;
}

/// Whether a random source counts, as far as its place and its age since the explosion decide.
bool may_count(const ModelDesign& design, const Source& s) {
    const Position& o = design.transport.observer;
    const Selection& selection = design.selection;
    const double distance = std::hypot(s.x - o.x, s.y - o.y, s.z - o.z);
    return std::abs(s.z) < design.transport.half_height && distance >= selection.minimum_distance &&
           !(distance < selection.exclude_distance && s.age < selection.exclude_age);
}

/// The source with the largest |J| at an energy, by looking at all of them.
DominantSource dominant_of_all(const ModelDesign& design, const std::vector<Source>& random, std::size_t energy) {
    DominantSource best;
    double largest = 0.0;
    const auto look = [&](const Source& s, const Selection& selection, std::int64_t row) {
        DominantSource one =
            contribution_of_source(design.transport, selection, energy, {s.x, s.y, s.z}, s.age, s.energy);
        const double current = std::hypot(one.current[0], one.current[1], one.current[2]);
        if (!(current > largest)) return;
        largest = current;
        one.listed = row;
        best = one;
    };
    for (const Source& s : random) {
        if (may_count(design, s)) look(s, design.selection, DominantSource::is_random);
    }
    for (std::size_t i = 0; i < design.known.size(); ++i) look(design.known[i], {}, static_cast<std::int64_t>(i));
    return best;
}

void expect_dominant_of_all(const ModelDesign& design, const Catalogue& catalogue, const Realization& r, int model) {
    const std::vector<Source> random = sources_of(catalogue, realization);
    // a look at every source takes long where there are many, with long histories of release
    const std::size_t energies = design.transport.energies.size(), per_energy = design.entries() / energies;
    if (!is_long() && random.size() * per_energy > 2'000'000) return;
    const std::size_t energy = static_cast<std::size_t>(model) % energies;
    const DominantSource best = dominant_of_all(design, random, energy);
    if (!best.exists) {
        EXPECT_TRUE(std::isnan(r.dominant.age[energy]));
        return;
    }
    EXPECT_EQ(r.dominant.age[energy], best.age / units::myr_per_year);
    EXPECT_EQ(r.dominant.listed[energy], static_cast<double>(best.listed));
    const Position& o = design.transport.observer;
    EXPECT_NEAR(r.dominant.distance[energy],
                std::hypot(best.place.x - o.x, best.place.y - o.y, best.place.z - o.z), 1e-12);
}

/// What the direct part leaves out of the youngest sources, over the sums of absolute contributions of all;
/// -1 where nothing is left out.
double error_of_far_sources(const ModelDesign& design, int model, MeasuredSum all) {
    const FastPlan plan =
        make_fast_plan(design.transport, design.selection, design.law, design.span, design.tolerance);
    if (!plan.least_sums) return -1.0;
    const Catalogue young(design.law, slab_edge(plan.first_slab), seed_of(model));
    DirectSum without_far(design.transport, design.selection);
    without_far.leave_far_out(*plan.least_sums);
    const Superposition near = without_far.sum(young, realization);
    const Superposition whole = DirectSum(design.transport, design.selection).sum(young, realization);
    if (near.density == whole.density) return -1.0;
    for (std::size_t p = 0; p < whole.density.size(); ++p) {
        all.value[p] = {whole.density[p], whole.current[3 * p], whole.current[3 * p + 1],
                        whole.current[3 * p + 2]};
    }
    const std::array<double, 4> errors = errors_of(near, all, least_in_result);
    return *std::max_element(errors.begin(), errors.end());
}

TEST(FastSumAgainstDirectSum, KeepsItsToleranceInARandomDesign) {
    const int models = is_long() ? 200 : 20;
    int fast_models = 0, underestimated = 0, pessimistic = 0, without_far = 0;
    double worst = 0.0, least_estimate = INFINITY, worst_far = 0.0;
    for (int model = 0; model < models; ++model) {
        const ModelDesign design(model);
        SCOPED_TRACE(fmt::format("model {}: {}", model, design.describe()));
        const Catalogue catalogue(design.law, design.span, seed_of(model));
        Realizer realizer = realizer_of(design, model);
        const Realization r = realizer(realization);
        std::int64_t count = 0;
        for (std::int64_t slab = 0; slab < catalogue.slab_count(); ++slab) {
            count += catalogue.source_count(realization, slab);
        }
        EXPECT_LE(r.source_count, count);
        EXPECT_EQ(r.source_count, static_cast<std::int64_t>(sources_of(catalogue, realization).size()));
        expect_dominant_of_all(design, catalogue, r, model);

        const MeasuredSum expected = measured(design, catalogue);
        const std::array<double, 4> errors = errors_of(superposition_of(r), expected, least_in_result);
        const double largest = *std::max_element(errors.begin(), errors.end());
        EXPECT_LE(largest, design.tolerance);
        const std::string description = realizer.source_sum().description();
        const double estimate = realizer.source_sum().error_estimate();
        if (is_set("GREENHALO_VERBOSE")) {
            std::printf("%d %s\n  %s; error/tolerance %.2g, estimate/tolerance %.2g, estimate/error %.2g\n", model,
                        design.describe().c_str(), description.c_str(), largest / design.tolerance,
                        estimate / design.tolerance, estimate / largest);
        }
        if (description.substr(0, 4) != "fast") continue;
        ++fast_models;
        worst = std::max(worst, largest / design.tolerance);
        least_estimate = std::min(least_estimate, estimate / largest);
        if (const double far = error_of_far_sources(design, model, expected); far >= 0.0) {
            ++without_far;
            worst_far = std::max(worst_far, far / design.tolerance);
        }
        if (estimate < largest) ++underestimated;
        if (estimate > design.tolerance) ++pessimistic;
    }
    std::printf(
        "%d of %d models summed fast: worst error %.2g of the tolerance, smallest estimate %.2g of the "
        "error, %d estimates below the error, %d above the tolerance; far sources left out in %d, worst "
        "error %.2g\n",
        fast_models, models, worst, least_estimate, underestimated, pessimistic, without_far, worst_far);
    EXPECT_GE(fast_models, models / 2);
    EXPECT_LE(underestimated, fast_models / 20);
    EXPECT_GE(least_estimate, 0.1);
    EXPECT_EQ(pessimistic, 0);
    // rounding of another order of summation comes on top
    EXPECT_LE(worst_far, 0.03);
    EXPECT_GE(without_far, models / 4);
}

}  // namespace

}  // namespace greenhalo::test
