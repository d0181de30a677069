#include "greenhalo/superposition/dominant.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "superposition/current_bound.h"
#include "support/exact_sum.h"
#include "support/instruction_sets.h"
#include "support/models.h"

namespace greenhalo::test {

namespace {

const SourceBuffer no_source;

double modulus(const long double (&j)[4]) {
    return static_cast<double>(std::sqrt(j[1] * j[1] + j[2] * j[2] + j[3] * j[3]));
}

/// n and J of a source at every energy, groups summed, in extended precision.
std::vector<ExactSum::Channel> alone(const Transport& t, const Selection& selection, const Source& source) {
    const ExactSum sum = exact_sum(t, selection, {source});
    std::vector<ExactSum::Channel> by_energy(t.energies.size());
    for (std::size_t pair = 0; pair < sum.channels.size(); ++pair) {
        for (int i = 0; i < 4; ++i) {
            by_energy[pair % t.energies.size()].value[i] += sum.channels[pair].value[i];
        }
    }
    return by_energy;
}

struct Best {
    Source source{};
    double current = 0.0, second = 0.0, density = 0.0;
};

/// The source with the largest |J| at every energy, by looking at all of them.
std::vector<Best> brute_force(const Transport& t, const Selection& selection,
                              const std::vector<Source>& sources) {
    std::vector<Best> best(t.energies.size());
    for (const Source& source : sources) {
        const auto values = alone(t, selection, source);
        for (std::size_t e = 0; e < best.size(); ++e) {
            const double current = modulus(values[e].value);
            if (current > best[e].current) {
                best[e] = {source, current, best[e].current, static_cast<double>(values[e].value[0])};
            } else {
                best[e].second = std::max(best[e].second, current);
            }
        }
    }
    return best;
}

/// Some thousand sources that are all within reach, so that none is excused by its distance.
SourceLaw dense_disc(double scale_height = 0.1) {
    SourceLaw law;
    law.model = SourceModel::uniform_disc;
    law.rate = 150.0;
    law.disc_radius = 4.0;
    law.scale_height = scale_height;
    return law;
}

Transport in_disc(double half_height, double z) {
    Transport t = paper_transport(half_height, log_energies(1e2, 1e8, 5));
    t.observer = {0.5, -0.3, z};
    return t;
}

void compare(const Transport& t, const Selection& selection, const SourceLaw& law, double span) {
    const Catalogue catalogue(law, span, 5);
    DominantSearch search(t, selection, law, span, no_source);
    int different = 0;
    for (const std::int64_t realization : {0, 1}) {
        const auto sources = sources_of(catalogue, realization);
        const auto expected = brute_force(t, selection, sources);
        const auto found = search.find(catalogue, realization);
        ASSERT_EQ(found.size(), t.energies.size());
        for (std::size_t e = 0; e < found.size(); ++e) {
            SCOPED_TRACE(testing::Message() << "realization " << realization << ", energy " << e);
            const Best& best = expected[e];
            ASSERT_EQ(found[e].exists, best.current > 0.0);
            ASSERT_GT(best.current, best.second * (1.0 + 1e-9)) << "a tie: choose another seed";
            EXPECT_EQ(found[e].age, best.source.age);
            EXPECT_EQ(found[e].place.x, best.source.x);
            EXPECT_EQ(found[e].place.y, best.source.y);
            EXPECT_EQ(found[e].place.z, best.source.z);
            EXPECT_EQ(found[e].listed, DominantSource::is_random);
            EXPECT_NEAR(
                std::hypot(found[e].current[0], found[e].current[1], found[e].current[2]) / best.current, 1.0,
                1e-11);
            // at the very boundary there is a current, but no density
            EXPECT_NEAR(found[e].density, best.density, 1e-11 * best.density + 1e-15 * best.current);
            if (e > 0) different += found[e].age != found[e - 1].age;
        }
        EXPECT_LT(search.effort().evaluated, static_cast<std::int64_t>(sources.size() * found.size() / 4));
    }
    EXPECT_GT(different, 0) << "one source for all energies would be found by chance";
}

TEST(Dominant, BurstsAreFoundAsByLookingAtAll) {
    for (const double h : {0.5, 2.0}) compare(in_disc(h, 0.0), Selection{}, dense_disc(), 5.0);
}

TEST(Dominant, ObserversOffThePlane) {
    for (const double z : {0.3, -1.0, 1.9, 2.0}) {
        SCOPED_TRACE(z);
        compare(in_disc(2.0, z), Selection{}, dense_disc(0.5), 5.0);
    }
}

TEST(Dominant, ThinDisc) {
    compare(in_disc(1.0, 0.0), Selection{}, dense_disc(0.0), 5.0);
}

TEST(Dominant, SourcesUpToTheBoundaries) {
    // a tenth of the sources lies outside the halo
    compare(in_disc(1.0, 0.6), Selection{}, dense_disc(0.45), 5.0);
}

TEST(Dominant, DelaysOfEveryGroupAndEnergy) {
    Transport t = in_disc(2.0, 0.0);
    for (std::size_t s = 0; s < t.nuclei.size(); ++s) {
        for (std::size_t e = 0; e < t.energies.size(); ++e) {
            const double rigidity = t.nuclei[s].rigidity(t.energies[e]);
            t.release[s][e] = {{0.1 * std::pow(rigidity / 1e3, -0.3), 1.0 + static_cast<double>(s)},
                               {0.7 * std::pow(rigidity / 1e3, -0.2), 3.0}};
        }
    }
    compare(t, Selection{}, dense_disc(), 5.0);
    Selection selection;
    selection.minimum_age = 0.05;
    compare(t, selection, dense_disc(), 5.0);
}

TEST(Dominant, OnlySelectedSourcesTakePart) {
    std::vector<Selection> selections(4);
    selections[0].minimum_age = 0.4;
    selections[1].minimum_distance = 0.8;
    selections[2].exclude_distance = 1.5;
    selections[2].exclude_age = 1.0;
    selections[3].causal = true;
    Transport t = in_disc(2.0, 0.0);
    // so fast that most sources are farther than light for most of their lives
    t.diffusion.coefficient *= 30.0;
    for (const auto& selection : selections) compare(t, selection, dense_disc(), 5.0);
}

TEST(Dominant, RareSourcesAndNoneAtAll) {
    SourceLaw law = dense_disc();
    law.rate = 2.0;
    const Transport t = in_disc(2.0, 0.0);
    DominantSearch search(t, Selection{}, law, 1.0, no_source);
    const Catalogue catalogue(law, 1.0, 3);
    int with = 0, without = 0;
    for (std::int64_t i = 0; i < 20; ++i) {
        const auto sources = sources_of(catalogue, i);
        const auto found = search.find(catalogue, i);
        for (const DominantSource& source : found) EXPECT_EQ(source.exists, !sources.empty());
        (sources.empty() ? without : with) += 1;
    }
    EXPECT_GT(with, 0);
    EXPECT_GT(without, 0);

    law.model = SourceModel::none;
    for (const DominantSource& source :
         DominantSearch(t, Selection{}, law, 1.0, no_source).find(Catalogue(law, 1.0, 3), 0)) {
        EXPECT_FALSE(source.exists);
    }
}

TEST(Dominant, NothingIsReleasedAtSomeEnergies) {
    Transport t = in_disc(2.0, 0.0);
    for (auto& group : t.release) {
        group[2].clear();
        group[3][0].yield = 0.0;
    }
    const Catalogue catalogue(dense_disc(), 5.0, 5);
    const auto found = DominantSearch(t, Selection{}, dense_disc(), 5.0, no_source).find(catalogue, 0);
    for (std::size_t e = 0; e < found.size(); ++e) EXPECT_EQ(found[e].exists, e != 2 && e != 3) << e;
}

TEST(Dominant, ListedSourcesCompeteWithTheirEnergy) {
    const Transport t = in_disc(2.0, 0.0);
    Selection strict;
    strict.minimum_distance = 0.5;
    const Catalogue catalogue(dense_disc(), 5.0, 5);
    const auto random = DominantSearch(t, strict, dense_disc(), 5.0, no_source).find(catalogue, 0);
    // weak ones never win, a strong one does everywhere; the selection is not for them
    for (const double energy : {1e-9, 1e9}) {
        const std::vector<Source> sources = {{0.6, -0.3, 0.0, 0.01, 1e-12}, {0.4, -0.2, 0.01, 0.3, energy}};
        const SourceBuffer buffer = listed(sources, true);
        const auto found = DominantSearch(t, strict, dense_disc(), 5.0, buffer).find(catalogue, 0);
        for (std::size_t e = 0; e < found.size(); ++e) {
            EXPECT_EQ(found[e].listed, energy > 1.0 ? 1 : DominantSource::is_random);
            EXPECT_EQ(found[e].age, energy > 1.0 ? 0.3 : random[e].age);
            if (energy > 1.0) {
                const double expected =
                    energy * modulus(alone(t, Selection{}, {0.4, -0.2, 0.01, 0.3})[e].value);
                EXPECT_NEAR(
                    std::hypot(found[e].current[0], found[e].current[1], found[e].current[2]) / expected, 1.0,
                    1e-11);
            }
        }
    }
}

TEST(Dominant, SameBitsOnEveryInstructionSetAndInAnyOrder) {
    const Transport t = in_disc(2.0, 0.4);
    const Catalogue catalogue(dense_disc(), 5.0, 5);
    std::vector<DominantSource> first;
    on_every_isa([&](Isa) {
        DominantSearch search(t, Selection{}, dense_disc(), 5.0, no_source);
        search.find(catalogue, 7);
        const auto found = search.find(catalogue, 0);
        if (first.empty()) first = found;
        for (std::size_t e = 0; e < found.size(); ++e) {
            EXPECT_EQ(found[e].age, first[e].age);
            EXPECT_EQ(found[e].density, first[e].density);
            for (int i = 0; i < 3; ++i) EXPECT_EQ(found[e].current[i], first[e].current[i]);
        }
    });
}

TEST(Dominant, MostOfThePapersGalaxyIsNeverDrawn) {
    SourceLaw law;
    const Transport t = paper_transport(4.0, log_energies(1e3, 1e8, 6));
    const Catalogue catalogue(law, 80.0, 1);
    DominantSearch search(t, Selection{}, law, 80.0, no_source);
    std::int64_t drawn = 0, evaluated = 0;
    for (std::int64_t i = 0; i < 20; ++i) {
        for (const DominantSource& source : search.find(catalogue, i)) EXPECT_TRUE(source.exists);
        drawn += search.effort().drawn;
        evaluated += search.effort().evaluated;
    }
    EXPECT_LT(static_cast<double>(drawn), 0.01 * 20 * law.rate * 80.0);
    EXPECT_LT(evaluated, 20 * 6 * 40);
}

/// Bounds against what single sources give, all over the halo.
TEST(CurrentBound, IsNeverExceededAndNotFarAboveTheLargest) {
    for (const double z : {0.0, 0.7, 1.0}) {
        const Slab slab{1.0, z};
        double previous = std::numeric_limits<double>::infinity();
        for (double age = 1e-4; age < 20.0; age *= 1.3) {
            const double bound = largest_current(slab, 0.5, 0.0, age);
            EXPECT_LE(bound, previous) << "older sources give less";
            previous = bound;
            double largest = 0.0;
            for (int i = 0; i <= 200; ++i) {
                for (int k = 0; k <= 60; ++k) {
                    const double zs = -1.0 + i / 100.0, q = 2.0 * age, rho = k / 20.0 * std::sqrt(q);
                    const double d2 = rho * rho + (z - zs) * (z - zs);
                    const auto g = green_function<double>({rho, 0.0, z, zs, age, 1.0, 0.5, 0.0});
                    const double current = 0.5 * std::hypot(g.gradient[0], g.gradient[2]);
                    largest = std::max(largest, current);
                    const double free_space = std::exp(-d2 / q) / std::pow(units::pi * q, 1.5) / (2.0 * age);
                    ASSERT_LE(current,
                              (std::sqrt(d2) + image_reach(slab, std::abs(zs), q)) * free_space * (1 + 1e-9) +
                                  1e-300)
                        << age << " " << z << " " << zs << " " << rho;
                }
            }
            EXPECT_LE(largest, bound) << "age " << age << ", z " << z;
            EXPECT_GT(largest, (z < 1.0 ? 0.05 : 0.02) * bound) << "age " << age << ", z " << z;
        }
    }
}

}  // namespace

}  // namespace greenhalo::test
