// Ensembles of the direct sum against what is known exactly: mean fields, the rms current of a thin disc (3.9 of
// Blasi & Amato 2012) and the tail of its current. The same minimum age on both sides wherever a variance is needed.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "greenhalo/base/units.h"
#include "greenhalo/ensemble/age_limited_field.h"
#include "greenhalo/superposition/direct_sum.h"

namespace greenhalo {
namespace {

constexpr double rigidity = 1e3;  // GV

/// One group, one energy, one particle per source.
Transport unit_transport(double half_height, Position observer, double mass_number) {
    Transport t;
    t.half_height = half_height;
    t.diffusion.coefficient = coefficient_from_normalization(1.33, half_height) * units::cm2_per_s;
    t.nuclei = {{"X", 1.0, mass_number, 0.0}};
    t.energies = {rigidity};
    t.release = {{{{0.0, 1.0}}}};
    t.observer = observer;
    return t;
}

struct Sample {
    std::vector<double> density, x, y, z;
};

Sample draw(const Transport& transport, const SourceLaw& law, double span, double minimum_age, int realizations,
            std::uint64_t seed) {
    Selection selection;
    selection.minimum_age = minimum_age;
    const Catalogue catalogue(law, span, seed);
    DirectSum sum(transport, selection);
    Sample sample;
    for (int i = 0; i < realizations; ++i) {
        const Superposition s = sum.sum(catalogue, i);
        sample.density.push_back(s.density[0]);
        sample.x.push_back(s.current[0]);
        sample.y.push_back(s.current[1]);
        sample.z.push_back(s.current[2]);
    }
    return sample;
}

struct Mean {
    double value, error;
};

Mean mean(const std::vector<double>& values) {
    double sum = 0.0, square = 0.0;
    const double n = static_cast<double>(values.size());
    for (const double v : values) sum += v;
    for (const double v : values) square += (v - sum / n) * (v - sum / n);
    return {sum / n, std::sqrt(square / (n - 1.0) / n)};
}

TEST(UniformThinDisc, MeanDensityFollowsTanh) {
    // R_d >> H: N R H/(2 pi R_d^2 D) tanh(kH)/(kH), less what sources below the minimum age would give
    for (const double mass_number : {1.0, 56.0}) {
        SourceLaw law;
        law.model = SourceModel::uniform_disc;
        law.scale_height = 0.0;
        law.rate = 3e3;
        const double h = 1.0, minimum_age = 0.1;
        const Transport t = unit_transport(h, {}, mass_number);
        const double d = t.diffusion_of(0, 0), gamma = t.loss_rate_of(0, 0);
        const double k = std::sqrt(gamma / d);
        const double tanh_factor = k > 0.0 ? std::tanh(k * h) / (k * h) : 1.0;
        const double steady = law.rate * h / (2.0 * units::pi * law.disc_radius * law.disc_radius * d) * tanh_factor;
        const double young =
            law.rate * age_limited_mean_field(law, h, d, gamma, 0.0, 0.0, 0.0, minimum_age).density;
        const Mean n = mean(draw(t, law, 30.0, minimum_age, 1000, 11).density);
        EXPECT_LT(n.error, 1e-2 * n.value);
        EXPECT_NEAR(n.value, steady - young, 4.0 * n.error) << "A = " << mass_number;
        EXPECT_GT(young, 20.0 * n.error) << "the comparison must be able to tell the minimum age";
    }
}

TEST(UniformThinDisc, RmsCurrentFollowsEquation3_9) {
    SourceLaw law;
    law.model = SourceModel::uniform_disc;
    law.scale_height = 0.0;
    // Dense enough for several sources of about the minimum age within their diffusion length, sqrt(4 D
    // T_min) = 0.2, so that |J|^2 scatters by little more than its mean; a disc and a span no larger than
    // (3.9) needs, which holds for an endless halo: edge and images change it by 2e-5 here.
    law.disc_radius = 1.5;
    law.rate = 1e4;
    const double h = 1.0;
    const Transport t = unit_transport(h, {}, 1.0);
    const double d = t.diffusion_of(0, 0);
    const double minimum_age = h * h / (100.0 * d), span = 15.0 * minimum_age;
    const int count = 20000;
    const Sample sample = draw(t, law, span, minimum_age, count, 12);
    std::vector<double> square;
    for (int i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        square.push_back(sample.x[at] * sample.x[at] + sample.y[at] * sample.y[at] + sample.z[at] * sample.z[at]);
    }
    const Mean measured = mean(square);
    const double without_end = law.rate / (128.0 * std::pow(units::pi, 3) * d * minimum_age * minimum_age *
                                           law.disc_radius * law.disc_radius);
    const double theory = without_end * (1.0 - minimum_age * minimum_age / (span * span));
    EXPECT_LT(measured.error, 0.012 * theory);
    EXPECT_NEAR(measured.value, theory, 3.0 * measured.error);
    EXPECT_EQ(*std::max_element(sample.z.begin(), sample.z.end()), 0.0) << "a thin disc has no vertical current";
}

TEST(UniformThinDisc, CurrentIsATwoDimensionalCauchyVector) {
    // P(|J| > A) = s/sqrt(s^2 + A^2), s = R N/(8 pi R_d^2), whatever D; its tail is A P -> s
    SourceLaw law;
    law.model = SourceModel::uniform_disc;
    law.scale_height = 0.0;
    law.rate = 5e3;
    const Transport t = unit_transport(1.0, {}, 1.0);
    const int count = 3000;
    const Sample sample = draw(t, law, 20.0, 0.0, count, 13);
    std::vector<double> modulus;
    for (std::size_t i = 0; i < sample.x.size(); ++i) modulus.push_back(std::hypot(sample.x[i], sample.y[i]));
    std::sort(modulus.begin(), modulus.end());
    const double s = law.rate / (8.0 * units::pi * law.disc_radius * law.disc_radius);
    double distance = 0.0;
    for (std::size_t i = 0; i < modulus.size(); ++i) {
        const double below = 1.0 - s / std::hypot(s, modulus[i]);
        distance = std::max({distance, std::abs(below - static_cast<double>(i) / count),
                             std::abs(below - static_cast<double>(i + 1) / count)});
    }
    // Kolmogorov-Smirnov at the level of 1e-3
    EXPECT_LT(distance, 1.95 / std::sqrt(count));
    // the tail itself, at the largest 3 %: 90 values, error 11 %
    const std::size_t top = modulus.size() - 90;
    EXPECT_NEAR(modulus[top] * 0.03 / s, 1.0, 0.45);
}

TEST(CylindricalLaw, MeanDensityAndCurrentFollowTheIntegrals) {
    SourceLaw law;
    law.rate = 5e3;
    const double minimum_age = 0.1;
    for (const double h : {1.0, 4.0}) {
        for (const double z : {0.0, 0.2}) {
            const Transport t = unit_transport(h, {sun_radius, 0.0, z}, 4.0);
            const double span = h == 1.0 ? 10.0 : 40.0;
            const Sample sample = draw(t, law, span, minimum_age, h == 1.0 ? 1500 : 400, 14);
            const MeanField theory = age_limited_mean_field(law, h, t.diffusion_of(0, 0), t.loss_rate_of(0, 0),
                                                            sun_radius, z, minimum_age, span);
            const Mean n = mean(sample.density), x = mean(sample.x), y = mean(sample.y), up = mean(sample.z);
            EXPECT_LT(n.error, 0.01 * n.value);
            EXPECT_NEAR(n.value, law.rate * theory.density, 4.0 * n.error) << "H = " << h << ", z = " << z;
            // on the x axis the outward direction is +x
            EXPECT_NEAR(x.value, law.rate * theory.radial_current, 4.0 * x.error) << "H = " << h << ", z = " << z;
            EXPECT_NEAR(y.value, 0.0, 4.0 * y.error);
            EXPECT_NEAR(up.value, law.rate * theory.vertical_current, 4.0 * up.error) << "H = " << h << ", z = " << z;
        }
    }
}

TEST(CylindricalLaw, SteadyAndAgeLimitedFieldsAgree) {
    // two independent ways: eigenmodes with Bessel functions, and time integrals
    for (const double zg : {0.0, 0.1, 0.5}) {
        for (const double h : {0.5, 1.0, 4.0, 12.0}) {
            SourceLaw law;
            law.scale_height = zg;
            const double d = 0.3 * h, gamma = 0.02;
            const MeanField steady = steady_mean_field(law, h, d, gamma, sun_radius, 0.0);
            const MeanField limited = age_limited_mean_field(law, h, d, gamma, sun_radius, 0.0, 0.0, 1e6);
            EXPECT_NEAR(limited.density / steady.density, 1.0, 1e-10);
            EXPECT_NEAR(limited.radial_current / steady.radial_current, 1.0, 1e-7);
        }
    }
}

}  // namespace
}  // namespace greenhalo
