// The fast sum against the direct sum, over a random design of models: it keeps its tolerance wherever it is
// used.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "greenhalo/superposition/fast_sum.h"
#include "support/absolute_sum.h"
#include "support/models.h"

namespace greenhalo::test {

namespace {

/// A corner of the space of models, as a function of its number.
struct Design {
    std::mt19937_64 engine;
    explicit Design(int number) : engine(static_cast<std::uint64_t>(number) * 6007 + 20120917) {
        transport.half_height = logarithmic(0.5, 12.0);
        const double h = transport.half_height;
        const double slopes[] = {1.0 / 3, 0.5, 0.6, 0.7}, normalizations[] = {1.33, 0.8, 0.55, 0.4};
        const auto kind = static_cast<std::size_t>(uniform(0.0, 4.0));
        transport.diffusion = paper_diffusion(h, normalizations[kind], slopes[kind]);
        if (chance(0.3)) transport.diffusion.coefficient *= logarithmic(0.2, 5.0);
        transport.nuclei = five_groups();
        const double lowest = chance(0.5) ? 1e3 : logarithmic(10.0, 1e3);
        transport.energies =
            log_energies(lowest, lowest * logarithmic(1e2, 1e6), static_cast<int>(uniform(5.0, 30.0)));
        transport.release = unit_release(transport.nuclei.size(), transport.energies.size());
        delayed = chance(0.4);
        if (delayed) add_delays();
        if (chance(0.4)) transport.observer = {uniform(-15.0, 15.0), uniform(-15.0, 15.0), 0.0};
        if (chance(0.4)) transport.observer.z = h * (chance(0.5) ? uniform(-0.1, 0.1) : uniform(-0.97, 0.97));

        law.model = chance(0.5)   ? SourceModel::cylindrical
                    : chance(0.5) ? SourceModel::uniform_disc
                                  : SourceModel::spiral;
        law.disc_radius = uniform(5.0, 20.0);
        law.scale_height = chance(0.2) ? 0.0 : chance(0.7) ? logarithmic(0.02, 0.3) : logarithmic(0.05, 1.0);
        law.rate = 1e6 / logarithmic(3.0, 1000.0);
        span = std::min(logarithmic(10.0, 1000.0), 8e5 / law.rate);

        if (chance(0.3)) selection.minimum_age = logarithmic(1e-3, 3.0);
        if (chance(0.2)) selection.minimum_distance = logarithmic(0.01, 1.0);
        if (chance(0.3)) selection.causal = true;
        if (chance(0.2)) {
            selection.exclude_distance = logarithmic(0.3, 5.0);
            selection.exclude_age = logarithmic(1e-3, 10.0);
        }
        const double tolerances[] = {1e-4, 1e-6, 1e-8, 1e-8, 1e-9, 1e-10};
        tolerance = tolerances[static_cast<std::size_t>(uniform(0.0, 6.0))];
    }

    double uniform(double low, double high) {
        return std::uniform_real_distribution<double>(low, high)(engine);
    }
    double logarithmic(double low, double high) { return low * std::pow(high / low, uniform(0.0, 1.0)); }
    bool chance(double probability) { return uniform(0.0, 1.0) < probability; }

    void add_delays() {
        const bool several = chance(0.5);
        const double longest = logarithmic(1e-3, 0.1);
        for (auto& group : transport.release) {
            for (std::size_t e = 0; e < group.size(); ++e) {
                if (chance(0.1)) {
                    group[e].clear();
                    continue;
                }
                group[e] = {{longest * uniform(0.0, 1.0), logarithmic(0.1, 10.0)}};
                while (several && chance(0.6))
                    group[e].push_back({longest * uniform(0.0, 1.0), logarithmic(0.1, 10.0)});
            }
        }
    }

    Transport transport;
    SourceLaw law;
    Selection selection;
    bool delayed = false;
    double span = 0.0, tolerance = 0.0;
};

bool is_long() {
    const char* wanted = std::getenv("GREENHALO_LONG");
    return wanted != nullptr && *wanted != '\0' && *wanted != '0';
}

TEST(FastSumAgainstDirectSum, KeepsItsToleranceInARandomDesign) {
    const int models = is_long() ? 200 : 20;
    int fast_models = 0, underestimated = 0;
    double worst = 0.0, least_estimate = INFINITY;
    for (int model = 0; model < models; ++model) {
        SCOPED_TRACE(model);
        const Design design(model);
        const Catalogue catalogue(design.law, design.span, static_cast<std::uint64_t>(model) + 1);
        FastSum fast(design.transport, design.selection, design.law, design.span, design.tolerance);
        std::int64_t count = 0, direct_count = 0;
        const Superposition sum = fast.sum(catalogue, 3, &count);
        DirectSum(design.transport, design.selection).sum(catalogue, 3, &direct_count);
        EXPECT_EQ(count, direct_count);
        const MeasuredSum measured = measured_sum(design.transport, design.selection, catalogue, 3);
        const std::array<double, 4> errors = errors_of(sum, measured);
        const double largest = *std::max_element(errors.begin(), errors.end());
        EXPECT_LE(largest, design.tolerance);
        if (!fast.why_direct().empty()) continue;
        ++fast_models;
        worst = std::max(worst, largest / design.tolerance);
        least_estimate = std::min(least_estimate, fast.error_estimate() / largest);
        if (fast.error_estimate() < largest) ++underestimated;
        if (std::getenv("GREENHALO_VERBOSE") != nullptr) {
            std::printf(
                "%d H %.2f z %.2f zg %.2f rate %.3g span %.3g tol %.0e: from %.3g Myr; errors/tol %.2g %.2g "
                "%.2g %.2g, "
                "estimate/tol %.2g, memory %.1f MB "
                "minimum %.3g Myr %.3g kpc, excluded %.3g kpc %.3g Myr, causal %d, delays %d\n",
                model, design.transport.half_height, design.transport.observer.z, design.law.scale_height,
                design.law.rate, design.span, design.tolerance, fast.fast_from(),
                errors[0] / design.tolerance, errors[1] / design.tolerance, errors[2] / design.tolerance,
                errors[3] / design.tolerance, fast.error_estimate() / design.tolerance,
                static_cast<double>(fast.memory()) * 1e-6, design.selection.minimum_age,
                design.selection.minimum_distance, design.selection.exclude_distance,
                design.selection.exclude_age, design.selection.causal, design.delayed);
        }
    }
    std::printf(
        "%d of %d models summed fast: worst error %.2g of the tolerance, smallest estimate %.2g of the "
        "error\n",
        fast_models, models, worst, least_estimate);
    EXPECT_GE(fast_models, models / 2);
    EXPECT_LE(underestimated, models / 20);
    EXPECT_GE(least_estimate, 0.1);
}

}  // namespace

}  // namespace greenhalo::test
