// The direct sum against the plain sum in extended precision, over a random design of models.

#include <gtest/gtest.h>

#include <cstdio>
#include <random>

#include "greenhalo/superposition/direct_sum.h"
#include "support/exact_sum.h"
#include "support/instruction_sets.h"
#include "support/models.h"

namespace greenhalo::test {

namespace {

constexpr double tolerance = 1e-12;

/// A corner of the space of models, as a function of its number.
struct Design {
    std::mt19937_64 engine;
    explicit Design(int number) : engine(static_cast<std::uint64_t>(number) * 7919 + 20120917) {}

    double uniform(double low, double high) {
        return std::uniform_real_distribution<double>(low, high)(engine);
    }
    double logarithmic(double low, double high) { return low * std::pow(high / low, uniform(0.0, 1.0)); }
    bool chance(double probability) { return uniform(0.0, 1.0) < probability; }

    Transport transport() {
        Transport t;
        t.half_height = logarithmic(0.5, 12.0);
        const bool steep = chance(0.4);
        t.diffusion = paper_diffusion(t.half_height, steep ? 0.55 : 1.33, steep ? 0.6 : 1.0 / 3);
        t.gas.disc_density = chance(0.2) ? 0.0 : logarithmic(0.3, 10.0);
        t.nuclei = five_groups();
        t.energies = {logarithmic(10.0, 100.0), logarithmic(1e2, 1e4), logarithmic(1e4, 1e6),
                      logarithmic(1e6, 1e9)};
        t.release = unit_release(t.nuclei.size(), t.energies.size());
        t.observer = {chance(0.5) ? 8.5 : uniform(-15.0, 15.0), chance(0.5) ? 0.0 : uniform(-15.0, 15.0),
                      0.0};
        if (chance(0.5))
            t.observer.z = t.half_height * (chance(0.3) ? uniform(-0.01, 0.01) : uniform(-0.97, 0.97));
        if (chance(0.5)) add_delays(t);
        return t;
    }

    void add_delays(Transport& t) {
        for (auto& group : t.release) {
            for (std::size_t e = 0; e < group.size(); ++e) {
                const int entries = 1 + static_cast<int>(uniform(0.0, 3.0));
                group[e].clear();
                for (int i = 0; i < entries; ++i)
                    group[e].push_back({logarithmic(1e-6, 0.3), logarithmic(0.01, 10.0)});
            }
        }
    }

    Selection selection() {
        Selection s;
        if (chance(0.4)) s.minimum_age = logarithmic(1e-5, 1.0);
        if (chance(0.4)) s.minimum_distance = logarithmic(0.01, 3.0);
        s.causal = chance(0.3);
        if (chance(0.4)) s.exclude_distance = logarithmic(0.3, 5.0), s.exclude_age = logarithmic(1e-3, 10.0);
        return s;
    }
};

void report(const WorstErrors& worst, const char* what) {
    std::printf("%s: worst errors of n %.1e, J_x %.1e, J_y %.1e, J_z %.1e\n", what, worst.of[0], worst.of[1],
                worst.of[2], worst.of[3]);
}

void expect_within_tolerance(const WorstErrors& errors, int model) {
    const char* names[4] = {"n", "J_x", "J_y", "J_z"};
    for (int i = 0; i < 4; ++i) EXPECT_LE(errors.of[i], tolerance) << names[i] << " of model " << model;
}

TEST(DirectSumAgainstExactSum, ListedSources) {
    WorstErrors worst;
    for (int model = 0; model < 24; ++model) {
        Design design(model);
        const Transport transport = design.transport();
        const double h = transport.half_height;
        const double scale_height = design.chance(0.25) ? 0.0 : design.logarithmic(0.01, 0.5 * h);
        const bool with_energy = design.chance(0.5);
        const int count = static_cast<int>(design.logarithmic(1.0, 1500.0));
        const double youngest = design.logarithmic(1e-6, 1.0), oldest = design.logarithmic(1.0, 1e3);
        std::vector<Source> sources;
        for (int i = 0; i < count; ++i) {
            const double height = -scale_height * std::log(design.uniform(0.0, 1.0));
            sources.push_back({design.uniform(-20.0, 20.0), design.uniform(-20.0, 20.0),
                               design.chance(0.5) ? height : -height, design.logarithmic(youngest, oldest),
                               with_energy ? design.logarithmic(0.1, 10.0) : 1.0});
        }
        const ExactSum exact = exact_sum(transport, Selection{}, sources);
        on_every_isa([&](Isa) {
            WorstErrors errors;
            errors.compare(exact, DirectSum(transport, Selection{}).sum(listed(sources, with_energy)));
            expect_within_tolerance(errors, model);
            worst.include(errors);
        });
    }
    report(worst, "listed sources");
}

TEST(DirectSumAgainstExactSum, RealizationsOfACatalogue) {
    WorstErrors worst;
    for (int model = 100; model < 140; ++model) {
        Design design(model);
        const Transport transport = design.transport();
        const Selection selection = design.chance(0.5) ? Selection{} : design.selection();
        SourceLaw law;
        law.model = design.chance(0.7) ? SourceModel::cylindrical : SourceModel::uniform_disc;
        law.disc_radius = design.uniform(5.0, 20.0);
        law.scale_height = design.chance(0.25) ? 0.0 : design.logarithmic(0.01, 0.5 * transport.half_height);
        const double span = design.logarithmic(1e-3, 1e3), expected = design.logarithmic(3.0, 3000.0);
        law.rate = expected / span;
        const Catalogue catalogue(law, span, static_cast<std::uint64_t>(model));
        const std::vector<Source> sources = sources_of(catalogue, 5);
        const ExactSum exact = exact_sum(transport, selection, sources);
        on_every_isa([&](Isa) {
            WorstErrors errors;
            std::int64_t count = 0;
            errors.compare(exact, DirectSum(transport, selection).sum(catalogue, 5, &count));
            EXPECT_EQ(count, static_cast<std::int64_t>(sources.size()));
            expect_within_tolerance(errors, model);
            worst.include(errors);
        });
    }
    report(worst, "realizations");
}

/// Each rule of the selection at work, with many young and near sources on either side of its limit.
TEST(DirectSumAgainstExactSum, EachRuleOfTheSelection) {
    Transport transport = paper_transport(4.0, {1e4, 1e6, 1e8});
    for (auto& group : transport.release) {
        for (auto& entries : group) entries = {{0.0, 1.0}, {0.012, 2.0}};
    }
    SourceLaw law;
    law.rate = 4000.0 / 0.06;
    law.scale_height = 0.6;
    const Catalogue catalogue(law, 0.06, 20120917);
    const std::vector<Source> sources = sources_of(catalogue, 0);
    const ExactSum everything = exact_sum(transport, Selection{}, sources);
    std::vector<Selection> selections(5);
    selections[0].minimum_age = 0.02;
    selections[1].minimum_distance = 3.0;
    selections[2].causal = true;
    selections[3].exclude_distance = 6.0;
    selections[3].exclude_age = 0.03;
    selections[4] = {0.02, 3.0, true, 6.0, 0.03};
    WorstErrors worst;
    for (std::size_t i = 0; i < selections.size(); ++i) {
        const ExactSum exact = exact_sum(transport, selections[i], sources);
        EXPECT_LT(exact.channels.back().value[0], 0.999L * everything.channels.back().value[0])
            << "rule " << i;
        on_every_isa([&](Isa) {
            WorstErrors errors;
            errors.compare(exact, DirectSum(transport, selections[i]).sum(catalogue, 0));
            expect_within_tolerance(errors, static_cast<int>(i));
            worst.include(errors);
        });
    }
    report(worst, "selections");
}

/// Old sources that outnumber the young ones by far are left out where they do not matter, and only there.
TEST(DirectSumAgainstExactSum, LongSpansWithManyOldSources) {
    WorstErrors worst;
    int model = 200;
    for (const double half_height : {0.5, 1.0, 4.0}) {
        for (const double z : {0.0, 0.3}) {
            Transport transport = paper_transport(half_height, {30.0, 1e4, 1e7, 1e9});
            transport.observer.z = z * half_height;
            SourceLaw law;
            law.scale_height = 0.05;
            law.rate = 30.0;
            const Catalogue catalogue(law, 300.0, static_cast<std::uint64_t>(++model));
            const ExactSum exact = exact_sum(transport, Selection{}, sources_of(catalogue, 0));
            on_every_isa([&](Isa) {
                WorstErrors errors;
                errors.compare(exact, DirectSum(transport, Selection{}).sum(catalogue, 0));
                expect_within_tolerance(errors, model);
                worst.include(errors);
            });
        }
    }
    report(worst, "long spans");
}

/// So rare that there is no young source in reach: what is old and tiny is then all there is.
TEST(DirectSumAgainstExactSum, RareSourcesLeaveOnlyOldOnes) {
    WorstErrors worst;
    int not_zero = 0;
    for (int model = 300; model < 330; ++model) {
        Design design(model);
        Transport transport = design.transport();
        transport.half_height = design.logarithmic(0.5, 2.0);
        transport.observer.z = 0.0;
        SourceLaw law;
        law.rate = design.logarithmic(0.01, 0.3);
        const Catalogue catalogue(law, 1000.0, static_cast<std::uint64_t>(model));
        const ExactSum exact = exact_sum(transport, Selection{}, sources_of(catalogue, 1));
        for (const auto& channel : exact.channels) not_zero += channel.absolute[0] > 1e-280L;
        on_every_isa([&](Isa) {
            WorstErrors errors;
            errors.compare(exact, DirectSum(transport, Selection{}).sum(catalogue, 1));
            expect_within_tolerance(errors, model);
            worst.include(errors);
        });
    }
    EXPECT_GT(not_zero, 100);
    report(worst, "rare sources");
}

/// Seen from the plane, the images of a source at a tiny height nearly cancel in J_z: what is left has the
/// digits of n D/H, not its own. Where sources lie higher than 1e-4 H that is no restriction.
TEST(DirectSumAgainstExactSum, VerticalCurrentOfSourcesCloseToThePlane) {
    constexpr double h = 4.0, d = 0.7;
    const Transport transport = single_channel(h, d, 0.0, {8.5, 0.0, 0.0});
    on_every_isa([&](Isa) {
        for (const double decay : {0.03, 0.06, 0.1, 0.2, 0.3, 0.34, 0.41, 0.421, 0.5, 1.0, 3.0, 12.0}) {
            for (double height = 0.1; height > 1e-12; height *= 0.0437) {
                const std::vector<Source> source = {{8.0, 0.2, height * h, decay * h * h / d}};
                const double exact =
                    static_cast<double>(exact_sum(transport, Selection{}, source).channels[0].value[3]);
                const Superposition s = DirectSum(transport, Selection{}).sum(listed(source));
                ASSERT_LE(std::abs(s.current[2] - exact),
                          1e-13 * std::abs(exact))
                    << "zs = " << height << " H, D tau/H^2 = " << decay;
            }
        }
    });
}

}  // namespace

}  // namespace greenhalo::test
