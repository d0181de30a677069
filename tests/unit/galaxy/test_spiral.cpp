// Spiral arms: where the centroids are, and that the drawn sources follow them.

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "greenhalo/base/error.h"
#include "greenhalo/base/units.h"
#include "greenhalo/galaxy/age_slabs.h"
#include "greenhalo/galaxy/catalogue.h"
#include "greenhalo/galaxy/frame.h"
#include "greenhalo/galaxy/random.h"
#include "support/bit_hash.h"
#include "support/instruction_sets.h"
#include "support/spiral_density.h"
#include "support/statistics.h"

namespace greenhalo::test {

namespace {

constexpr double improbable = 1e-3;
constexpr std::int64_t slab = 3000;
constexpr std::uint64_t seed = 20120917;

SourceLaw spiral(double width = 5.0, ArmBlur blur = ArmBlur::one_sided) {
    SourceLaw law;
    law.model = SourceModel::spiral;
    law.arm_width = width;
    law.arm_blur = blur;
    return law;
}

SourceBuffer draw(const SourceLaw& law, std::int64_t count, std::int64_t of_slab = slab) {
    SourceBuffer buffer(static_cast<std::size_t>(count) + 8);
    Catalogue(law, 80.0, seed).draw(0, of_slab, 0, count, buffer);
    return buffer;
}

TEST(SpiralArm, CentroidsCrossTheSunsAzimuthWhereTheyShould) {
    const SourceLaw law = spiral();
    // azimuth 2 pi once around: r = r0 exp((2 pi - theta0)/K)
    EXPECT_NEAR(law.arms[1].azimuth(7.29), 2.0 * units::pi, 0.005);
    EXPECT_NEAR(law.arms[2].azimuth(10.58), 2.0 * units::pi, 0.005);
    for (int a = 0; a < arm_count; ++a) {
        const PrintedArm& printed = printed_arms[static_cast<std::size_t>(a)];
        EXPECT_EQ(law.arms[a].azimuth(printed.radius), printed.azimuth) << printed.name;
        EXPECT_NEAR(law.arms[a].azimuth(printed.radius * std::exp(1.0)) - printed.azimuth, printed.winding,
                    1e-14);
    }
}

/// Galactic longitudes at which a line of sight from the Sun touches a centroid beyond 2.5 kpc from the
/// centre.
std::vector<double> tangents(const SpiralArm& arm) {
    const auto longitude = [&](double r) {
        const double azimuth = arm.azimuth(r);
        return galactic_direction(r * std::cos(azimuth) - sun_radius, r * std::sin(azimuth), 0.0).longitude;
    };
    std::vector<double> found;
    constexpr double step = 1e-3;
    for (double r = 2.5; r < 20.0; r += step) {
        const double before = std::remainder(longitude(r) - longitude(r - step), 360.0);
        const double after = std::remainder(longitude(r + step) - longitude(r), 360.0);
        if (before * after < 0.0) found.push_back(longitude(r));
    }
    return found;
}

TEST(SpiralArm, LinesOfSightTouchTheArmsInKnownDirections) {
    const SourceLaw law = spiral();
    const struct {
        const char* name;
        int arm;
        double longitude;
    } known[] = {{"Sagittarius", 1, 47.9},
                 {"Carina", 1, 288.2},
                 {"Scutum", 3, 33.0},
                 {"Crux", 3, 309.7},
                 {"Norma", 0, 327.8}};
    for (const auto& [name, arm, longitude] : known) {
        double nearest = 360.0;
        for (const double l : tangents(law.arms[arm])) {
            nearest = std::min(nearest, std::abs(std::remainder(l - longitude, 360.0)));
        }
        EXPECT_LT(nearest, 1.0) << name;
    }
}

TEST(SpiralArm, ArmsTrail) {
    // the Galaxy turns from +y to -y at the Sun, so an arm that lags outwards gains azimuth
    for (const SpiralArm& arm : spiral().arms) EXPECT_GT(arm.azimuth(9.0), arm.azimuth(8.0));
}

TEST(SpiralCatalogue, SourcesAreTheTransformedWordsOfTheirStream) {
    constexpr std::int64_t count = 20000;
    const auto key = stream_key(seed, 0, slab, Stream::sources);
    const auto unit = [](std::uint64_t word) {
        return (static_cast<long double>(word >> 12) + 0.5L) * 0x1p-52L;
    };
    const long double pi = std::acos(-1.0L);
    for (const ArmBlur blur : {ArmBlur::one_sided, ArmBlur::symmetric}) {
        on_every_isa([&](Isa) {
            const SourceBuffer s = draw(spiral(2.8, blur), count), smooth = draw(SourceLaw{}, count);
            for (std::size_t i = 0; i < count; ++i) {
                const auto w = random_words(key, {i, 1, 0, 0});
                const PrintedArm& arm = printed_arms[w[3] >> 62];
                const long double before =
                    std::hypot(static_cast<long double>(smooth.x[i]), static_cast<long double>(smooth.y[i]));
                const auto bits = static_cast<std::uint32_t>(w[1]);
                const long double turn =
                    (static_cast<long double>(bits & 0x3fffffffu) + 0.5L) * 0x1p-30L - 0.5L + (bits >> 30);
                const long double normal = std::sqrt(-2 * std::log(unit(w[0]))) * std::cos(pi / 2 * turn);
                const long double r = before * (1 + 0.07L * normal);
                const long double first = blur == ArmBlur::symmetric ? 0.5L : 0.0L;
                const long double azimuth = arm.winding * std::log(before / arm.radius) + arm.azimuth +
                                            2 * pi * (unit(w[2]) - first) * std::exp(-before / 2.8L);
                ASSERT_NEAR(s.x[i], static_cast<double>(r * std::cos(azimuth)),
                            1e-13 * static_cast<double>(1 + r));
                ASSERT_NEAR(s.y[i], static_cast<double>(r * std::sin(azimuth)),
                            1e-13 * static_cast<double>(1 + r));
                ASSERT_EQ(s.z[i], smooth.z[i]);
                ASSERT_EQ(s.age[i], smooth.age[i]);
            }
        });
    }
}

TEST(SpiralCatalogue, RadiiFollowTheScatteredGammaLaw) {
    // P(r < x) = mean of the Gamma law at x/(1 + 0.07 nu) over the normal nu
    const double scale = sun_radius / radial_slope;
    const auto cdf = [&](double r) {
        constexpr int nodes = 80;
        double sum = 0.0;
        for (int i = 0; i < nodes; ++i) {
            const double nu = -6.0 + 12.0 * (i + 0.5) / nodes, x = r / (1.0 + 0.07 * nu) / scale;
            sum += std::exp(-0.5 * nu * nu) * (1.0 - std::exp(-x) * (1.0 + x * (1.0 + x * (0.5 + x / 6.0))));
        }
        return sum * 12.0 / nodes / std::sqrt(2.0 * units::pi);
    };
    const SourceBuffer s = draw(spiral(), 400000);
    std::vector<double> radii;
    for (std::size_t i = 0; i < s.size; ++i) radii.push_back(std::hypot(s.x[i], s.y[i]));
    EXPECT_GT(kolmogorov_smirnov(radii, cdf), improbable);
}

TEST(SpiralCatalogue, ScatterSpreadAndArmAreIndependentAndAsStated) {
    constexpr std::int64_t count = 1000000;
    const auto key = stream_key(seed, 0, slab, Stream::sources);
    const SourceBuffer smooth = draw(SourceLaw{}, count);
    const double scale = sun_radius / radial_slope;
    for (const ArmBlur blur : {ArmBlur::one_sided, ArmBlur::symmetric}) {
        SCOPED_TRACE(arm_blur_names()[static_cast<std::size_t>(blur)]);
        const double width = 5.0;
        const SourceBuffer s = draw(spiral(width, blur), count);
        // uniform if all is right: place in the spread, normal scatter, radius before it, arm
        std::vector<double> coordinates[4];
        std::vector<double> arms(arm_count, 0.0);
        for (std::size_t i = 0; i < s.size; ++i) {
            const auto a = static_cast<std::size_t>(random_words(key, {i, 1, 0, 0})[3] >> 62);
            const PrintedArm& arm = printed_arms[a];
            const double before = std::hypot(smooth.x[i], smooth.y[i]), x = before / scale;
            const double share = std::exp(-before / width);
            const double centroid = arm.winding * std::log(before / arm.radius) + arm.azimuth;
            const double middle = blur == ArmBlur::one_sided ? 0.5 * share : 0.0;
            const double turns = (std::atan2(s.y[i], s.x[i]) - centroid) / (2.0 * units::pi) - middle;
            coordinates[0].push_back(0.5 + std::remainder(turns, 1.0) / share);
            const double normal = (std::hypot(s.x[i], s.y[i]) / before - 1.0) / 0.07;
            coordinates[1].push_back(0.5 * std::erfc(-normal / std::sqrt(2.0)));
            coordinates[2].push_back(1.0 - std::exp(-x) * (1.0 + x * (1.0 + x * (0.5 + x / 6.0))));
            coordinates[3].push_back((static_cast<double>(a) + 0.5) / arm_count);
            arms[a] += 1.0;
        }
        const auto uniform = [](double u) { return u; };
        for (int c = 0; c < 2; ++c) EXPECT_GT(kolmogorov_smirnov(coordinates[c], uniform), improbable) << c;
        EXPECT_GT(chi_square(arms, std::vector<double>(arm_count, count / 4.0)), improbable);
        constexpr std::size_t bins = 12;
        const std::vector<double> expected(bins * bins, static_cast<double>(count) / (bins * bins));
        const std::vector<double> expected_arms(bins * arm_count,
                                                static_cast<double>(count) / (bins * arm_count));
        const auto bin = [](double u, std::size_t of) {
            return std::min(static_cast<std::size_t>(std::max(u, 0.0) * static_cast<double>(of)), of - 1);
        };
        for (int p = 0; p < 4; ++p) {
            for (int q = p + 1; q < 4; ++q) {
                const std::size_t of = q == 3 ? arm_count : bins;
                std::vector<double> observed(bins * of, 0.0);
                for (std::size_t i = 0; i < s.size; ++i) {
                    observed[bin(coordinates[p][i], bins) * of + bin(coordinates[q][i], of)] += 1.0;
                }
                EXPECT_GT(chi_square(observed, q == 3 ? expected_arms : expected), improbable)
                    << p << " and " << q;
            }
        }
    }
}

TEST(SpiralCatalogue, WideAndNarrowArmsAreWithinReach) {
    // next to no spread, and a spread over nearly the whole circle: finite, at the radius of r~ within 8.6
    // sigma
    for (const double width : {1e-12, 0.01, 99.9}) {
        const SourceBuffer s = draw(spiral(width), 100000), smooth = draw(SourceLaw{}, 100000);
        for (std::size_t i = 0; i < s.size; ++i) {
            const double before = std::hypot(smooth.x[i], smooth.y[i]);
            const double ratio = std::hypot(s.x[i], s.y[i]) / before;
            ASSERT_TRUE(ratio > 0.39 && ratio < 1.61) << width << " " << ratio;
        }
    }
}

TEST(SpiralCatalogue, HasTheSameBitsOnEveryInstructionSetAndIsAnchoredForEver) {
    // A change here changes every published realization.
    const auto hash_of = [](const SourceLaw& law) {
        std::uint64_t hash = bit_hash_start;
        for (const std::int64_t of_slab : {0, 1, 3000, 5479}) {
            const SourceBuffer s = draw(law, 100000, of_slab);
            for (std::size_t i = 0; i < s.size; ++i) {
                for (const double number : {s.x[i], s.y[i], s.z[i], s.age[i]}) hash = bit_hash(hash, number);
            }
        }
        return hash;
    };
    on_every_isa([&](Isa) {
        EXPECT_EQ(hash_of(spiral(5.0)), 1767508645617852948u);
        EXPECT_EQ(hash_of(spiral(2.8)), 11570836055608367566u);
        EXPECT_EQ(hash_of(spiral(5.0, ArmBlur::symmetric)), 694461920166011421u);
        EXPECT_EQ(hash_of(spiral(2.8, ArmBlur::symmetric)), 5840296398922767379u);
    });
    const SourceBuffer s = draw(spiral(), 8, 0);
    EXPECT_EQ(s.x[0], -0x1.b73efb32bf37ap+2);
    EXPECT_EQ(s.y[0], 0x1.5db24597a56b5p+1);
}

TEST(SpiralCatalogue, IsDrawnInAnyPieces) {
    const Catalogue catalogue(spiral(), 80.0, 5);
    SourceBuffer whole(1008), pieces(1008);
    catalogue.draw(3, slab, 0, 1000, whole);
    std::int64_t first = 0;
    for (const std::int64_t count : {1, 7, 8, 9, 64, 3, 500, 408}) {
        catalogue.draw(3, slab, first, count, pieces);
        first += count;
    }
    for (std::size_t i = 0; i < 1000; ++i) {
        ASSERT_EQ(whole.x[i], pieces.x[i]) << i;
        ASSERT_EQ(whole.y[i], pieces.y[i]) << i;
    }
}

TEST(SpiralLaw, ArmsThatAreNoneAreRefused) {
    const auto message = [](auto change) -> std::string {
        SourceLaw law = spiral();
        change(law);
        try {
            Catalogue catalogue(law, 80.0, 1);
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    };
    const double infinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(message([](SourceLaw&) {}), "");
    for (const double width : {0.0, -1.0, std::nan("")}) {
        EXPECT_NE(message([&](SourceLaw& l) { l.arm_width = width; }).find("arm width"), std::string::npos)
            << width;
    }
    for (const double width : {100.0, 1e6, infinity}) {
        EXPECT_NE(message([&](SourceLaw& l) { l.arm_width = width; }), "") << width;
    }
    EXPECT_NE(message([](SourceLaw& l) { l.arm_width = 200.0; }).find("no arm anywhere"), std::string::npos);
    EXPECT_NE(message([](SourceLaw& l) { l.arms[2].radius = 0.0; }).find("reference radius"),
              std::string::npos);
    EXPECT_NE(message([](SourceLaw& l) { l.arms[0].winding = 0.0; }).find("winding"), std::string::npos);
    EXPECT_NE(message([&](SourceLaw& l) { l.arms[3].azimuth_there = infinity; }).find("azimuth"),
              std::string::npos);
    EXPECT_NE(message([](SourceLaw& l) { l.radial_scatter = 0.2; }).find("scatter"), std::string::npos);
    EXPECT_NE(message([](SourceLaw& l) { l.rate = 0.0; }).find("rate"), std::string::npos);
    EXPECT_NE(message([](SourceLaw& l) { l.scale_height = -0.1; }).find("scale height"), std::string::npos);
    // what the model does not use does not matter
    EXPECT_EQ(message([](SourceLaw& l) {
                  l.model = SourceModel::cylindrical;
                  l.arm_width = -1.0;
              }),
              "");
}

TEST(SpiralLaw, MeanFieldIsThatOfTheRadialLaw) {
    const SourceLaw law = spiral(), smooth = law.axisymmetric();
    EXPECT_EQ(smooth.model, SourceModel::cylindrical);
    for (const double r : {0.5, 8.5, 20.0}) {
        EXPECT_EQ(law.surface_density(r), smooth.surface_density(r));
        EXPECT_EQ(law.surface_density(r), SourceLaw{}.surface_density(r));
    }
    EXPECT_EQ(law.outer_radius(), smooth.outer_radius());
    SourceLaw disc;
    disc.model = SourceModel::uniform_disc;
    EXPECT_EQ(disc.axisymmetric().model, SourceModel::uniform_disc);
}

}  // namespace

}  // namespace greenhalo::test
