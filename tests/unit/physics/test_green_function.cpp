#include "greenhalo/physics/green_function.h"

#include <gtest/gtest.h>

#include <random>

#include "support/models.h"

namespace greenhalo::test {

namespace {

template <class Real>
Propagation<Real> as(const Propagation<long double>& p) {
    return {static_cast<Real>(p.dx),        static_cast<Real>(p.dy),       static_cast<Real>(p.z),
            static_cast<Real>(p.source_z),  static_cast<Real>(p.age),      static_cast<Real>(p.half_height),
            static_cast<Real>(p.diffusion), static_cast<Real>(p.loss_rate)};
}

/// Random places with D tau/H^2 in (low, high), sources within four diffusion lengths; heights up to `reach`
/// H. Numbers that doubles hold exactly.
std::vector<Propagation<long double>> random_propagations(int count, double low, double high, double reach) {
    std::mt19937_64 engine(20120917);
    std::uniform_real_distribution<double> u(0.0, 1.0);
    std::vector<Propagation<long double>> all;
    for (int i = 0; i < count; ++i) {
        const double h = 0.5 + 11.5 * u(engine), d = std::pow(10.0, 4.0 * u(engine) - 2.0);
        const double age = low * std::pow(high / low, u(engine)) * h * h / d, size = std::sqrt(4.0 * d * age);
        const double dx = (2.0 * u(engine) - 1.0) * 2.0 * size, dy = (2.0 * u(engine) - 1.0) * 2.0 * size;
        const double z = (2.0 * u(engine) - 1.0) * reach * h;
        const double lowest = std::max(-reach * h, z - 4.0 * size),
                     highest = std::min(reach * h, z + 4.0 * size);
        const double source_z = lowest + (highest - lowest) * u(engine);
        all.push_back({dx, dy, z, source_z, age, h, d, u(engine) / age});
    }
    return all;
}

template <class Real>
Real free_space(const Propagation<Real>& p) {
    const Real pi = std::acos(Real(-1)), q = 4 * p.diffusion * p.age, dz = p.z - p.source_z;
    return std::exp(-(p.dx * p.dx + p.dy * p.dy + dz * dz) / q - p.loss_rate * p.age) /
           (pi * q * std::sqrt(pi * q));
}

/// Errors in units of the free-space function and of that over sqrt(q).
template <class Real>
void expect_close(const GreenFunction<Real>& g, const GreenFunction<long double>& exact,
                  const Propagation<long double>& p, long double tolerance) {
    const long double scale = free_space(p), q = 4 * p.diffusion * p.age;
    SCOPED_TRACE("D tau/H^2 = " + std::to_string(p.diffusion * p.age / (p.half_height * p.half_height)));
    EXPECT_LE(std::abs(g.value - exact.value), tolerance * scale);
    // a derivative brings 2 d/q, d up to four sqrt(q)
    for (int i = 0; i < 3; ++i) {
        EXPECT_LE(std::abs(g.gradient[i] - exact.gradient[i]), 8 * tolerance * scale / std::sqrt(q))
            << "component " << i;
    }
}

TEST(GreenFunction, ImagesAndModesAreOneFunction) {
    for (const auto& p : random_propagations(4000, 0.25, 2.0, 1.0)) {
        expect_close(green_function_by_images(p, 20), green_function_by_modes(p, 40), p, 2e-17L);
    }
}

TEST(GreenFunction, DoubleKeepsTwelveDigitsUpToTheBoundary) {
    for (const auto& p : random_propagations(4000, 1e-4, 10.0, 1.0)) {
        const auto exact = p.diffusion * p.age < 0.5L * p.half_height * p.half_height
                               ? green_function_by_images(p, 20)
                               : green_function_by_modes(p, 40);
        expect_close(green_function(as<double>(p)), exact, p, 1e-12L);
    }
}

TEST(GreenFunction, DoubleKeepsTwelveDigitsOfItselfInside) {
    for (const auto& p : random_propagations(4000, 1e-4, 10.0, 0.98)) {
        const auto exact = p.diffusion * p.age < 0.5L * p.half_height * p.half_height
                               ? green_function_by_images(p, 20)
                               : green_function_by_modes(p, 40);
        EXPECT_LE(std::abs(green_function(as<double>(p)).value - exact.value), 1e-12L * exact.value);
    }
}

TEST(GreenFunction, ExtendedPrecisionIsGoodEnoughToJudgeDouble) {
    for (const auto& p : random_propagations(2000, 1e-4, 10.0, 1.0)) {
        const auto exact = p.diffusion * p.age < 0.5L * p.half_height * p.half_height
                               ? green_function_by_images(p, 20)
                               : green_function_by_modes(p, 40);
        expect_close(green_function(p), exact, p, 2e-17L);
    }
}

TEST(GreenFunction, SeriesMeetWhereTheyChangeOver) {
    for (auto p : random_propagations(500, 1.0, 2.0, 0.98)) {
        p.age = images_up_to * p.half_height * p.half_height / p.diffusion;
        const auto p64 = as<double>(p);
        const double images = green_function_by_images(p64, 4).value,
                     modes = green_function_by_modes(p64, 6).value;
        EXPECT_LE(std::abs(images - modes), 1e-12 * modes);
    }
}

TEST(GreenFunction, VanishesOnBothBoundaries) {
    for (auto p : random_propagations(1000, 1e-3, 10.0, 1.0)) {
        for (const int side : {-1, 1}) {
            p.z = side * p.half_height;
            EXPECT_LE(std::abs(green_function(as<double>(p)).value), 1e-14L * free_space(p));
        }
    }
}

TEST(GreenFunction, IsZeroWhereThereIsNothing) {
    const Propagation<double> inside{0.1, 0.2, 0.3, 0.4, 1.0, 2.0, 0.5, 0.1};
    EXPECT_GT(green_function(inside).value, 0.0);
    const auto expect_zero = [](const Propagation<double>& p) {
        const auto g = green_function(p);
        EXPECT_EQ(g.value, 0.0);
        for (const double component : g.gradient) EXPECT_EQ(component, 0.0);
    };
    for (const double height : {2.0, -2.0, 2.5, -3.0}) {
        auto p = inside;
        p.source_z = height;
        expect_zero(p);
    }
    for (const double height : {2.5, -2.5}) {
        auto p = inside;
        p.z = height;
        expect_zero(p);
    }
    for (const double age : {0.0, -1.0}) {
        auto p = inside;
        p.age = age;
        expect_zero(p);
    }
}

/// Derivative by central differences and three steps of Richardson's extrapolation.
template <class Function>
long double derivative(Function f, long double step) {
    long double table[4];
    for (int i = 0; i < 4; ++i, step /= 2) table[i] = (f(step) - f(-step)) / (2 * step);
    for (int order = 1; order < 4; ++order) {
        const auto power = static_cast<long double>(1 << (2 * order));
        for (int i = 0; i < 4 - order; ++i) table[i] = (power * table[i + 1] - table[i]) / (power - 1);
    }
    return table[0];
}

TEST(GreenFunction, GradientIsTheDerivativeOfTheValue) {
    for (const auto& p : random_propagations(1000, 1e-2, 3.0, 0.9)) {
        const long double size = std::sqrt(4 * p.diffusion * p.age), scale = free_space(p) / size;
        const auto at = [&](long double x, long double y, long double z) {
            auto moved = p;
            moved.dx += x;
            moved.dy += y;
            moved.z += z;
            return moved.diffusion * moved.age < images_up_to * moved.half_height * moved.half_height
                       ? green_function_by_images(moved, 6).value
                       : green_function_by_modes(moved, 9).value;
        };
        const long double step = 0.02L * std::min(size, p.half_height);
        const auto g = green_function(p);
        EXPECT_LE(std::abs(g.gradient[0] - derivative([&](long double s) { return at(s, 0, 0); }, step)),
                  1e-12L * scale);
        EXPECT_LE(std::abs(g.gradient[1] - derivative([&](long double s) { return at(0, s, 0); }, step)),
                  1e-12L * scale);
        EXPECT_LE(std::abs(g.gradient[2] - derivative([&](long double s) { return at(0, 0, s); }, step)),
                  1e-12L * scale);
    }
}

TEST(GreenFunction, LossesAreOneFactor) {
    for (auto p : random_propagations(200, 1e-2, 3.0, 0.9)) {
        const auto with = green_function(p);
        const long double factor = std::exp(-p.loss_rate * p.age);
        p.loss_rate = 0.0L;
        const auto without = green_function(p);
        EXPECT_NEAR(static_cast<double>(with.value / (factor * without.value)), 1.0, 1e-15);
    }
}

TEST(GreenFunction, SourceAndObserverMayBeExchanged) {
    for (auto p : random_propagations(500, 1e-3, 5.0, 0.95)) {
        const long double there = green_function(p).value;
        std::swap(p.z, p.source_z);
        EXPECT_LE(std::abs(green_function(p).value - there), 2e-17L * free_space(p));
    }
}

}  // namespace

}  // namespace greenhalo::test
