// What the smooth spiral arms make at the Sun, by quadrature over the law and from the drawn sources.

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "greenhalo/ensemble/bessel.h"
#include "greenhalo/ensemble/steady_field.h"
#include "greenhalo/galaxy/catalogue.h"
#include "greenhalo/galaxy/frame.h"
#include "support/spiral_density.h"

namespace greenhalo::test {

namespace {

constexpr double half_height = 4.0, scale_height = 0.1;
constexpr std::array<double, 2> widths = {5.0, 2.8};

/// Steady density at distance rho in the plane from sources at one place with the exponential height law, for
/// D = R = 1: sum_j w_j K0(k_j rho)/(2 pi H), and its derivative.
struct SteadyKernel {
    double value = 0.0, slope = 0.0;
    explicit SteadyKernel(double rho) {
        for (int j = 0; j < 4000; ++j) {
            const double k = (2 * j + 1) * units::pi / (2.0 * half_height);
            if (k * rho > 45.0) break;
            const double w =
                (1.0 + (j % 2 == 0 ? 1.0 : -1.0) * k * scale_height * std::exp(-half_height / scale_height)) /
                (1.0 + k * k * scale_height * scale_height);
            const double factor = w * std::exp(-k * rho) / (2.0 * units::pi * half_height);
            value += factor * scaled_k0(k * rho);
            slope -= factor * k * scaled_k1(k * rho);
        }
    }
};

struct SmoothMean {
    double density = 0.0, x_slope = 0.0, y_slope = 0.0;

    void add(double weight, const SteadyKernel& kernel, double cosine, double sine) {
        density += weight * kernel.value;
        x_slope -= weight * kernel.slope * cosine;
        y_slope -= weight * kernel.slope * sine;
    }
};

/// By the midpoint rule in polar coordinates about the Sun: [width][blur], and the cylindrical law by the
/// same rule.
struct SmoothMeans {
    static constexpr double near = 0.5;  ///< kpc; `far` leaves the sources nearer than this out
    SmoothMean all[2][2], far[2][2], cylindrical;

    SmoothMeans() {
        constexpr int radial = 160, angular = 240;
        constexpr double outermost = 40.0;
        const SourceLaw smooth;
        for (int i = 0; i < radial; ++i) {
            const double t = (i + 0.5) / radial, rho = outermost * t * t * t;
            const double cell = 3.0 * outermost * t * t / radial * rho * 2.0 * units::pi / angular;
            const SteadyKernel kernel(rho);
            for (int a = 0; a < angular; ++a) {
                const double phi = 2.0 * units::pi * (a + 0.5) / angular;
                const double cosine = std::cos(phi), sine = std::sin(phi);
                const double x = sun_radius + rho * cosine, y = rho * sine;
                const auto f = spiral_density(x, y, widths);
                for (int w = 0; w < 2; ++w) {
                    for (int b = 0; b < 2; ++b) {
                        all[w][b].add(cell * f[w][b], kernel, cosine, sine);
                        if (rho > near) far[w][b].add(cell * f[w][b], kernel, cosine, sine);
                    }
                }
                cylindrical.add(cell * smooth.surface_density(std::hypot(x, y)), kernel, cosine, sine);
            }
        }
    }
};

const SmoothMeans& means() {
    static const SmoothMeans by_quadrature;
    return by_quadrature;
}

// H = 4, z_g = 0.1, no losses: d ln n/dx, d ln n/dy per kpc, <n> D/R per kpc
constexpr double expected[2][2][3] = {{{-0.003, -0.037, 2.769e-3}, {-0.209, 0.015, 2.687e-3}},
                                      {{-0.178, 0.013, 2.436e-3}, {-0.282, 0.038, 2.587e-3}}};

TEST(SpiralArms, QuadratureIsRightWhereTheAnswerIsKnown) {
    const MeanField exact = steady_mean_field(SourceLaw{}, half_height, 1.0, 0.0, sun_radius, 0.0);
    const SmoothMean& m = means().cylindrical;
    EXPECT_NEAR(m.density / exact.density, 1.0, 1e-4);
    EXPECT_NEAR(m.x_slope / m.density, -0.138726, 1e-4);
    EXPECT_NEAR(m.y_slope / m.density, 0.0, 1e-6);
}

TEST(SpiralArms, SmoothMeanAtTheSun) {
    for (int w = 0; w < 2; ++w) {
        for (int b = 0; b < 2; ++b) {
            SCOPED_TRACE(testing::Message() << "width " << widths[w] << ", blur " << arm_blur_names()[b]);
            const SmoothMean& m = means().all[w][b];
            const double* e = expected[w][b];
            EXPECT_NEAR(m.x_slope / m.density, e[0], 0.003);
            EXPECT_NEAR(m.y_slope / m.density, e[1], 0.003);
            EXPECT_NEAR(m.density / e[2], 1.0, 5e-4);
        }
    }
}

/// The kernel at distances 0.05 to 160 kpc, on a logarithmic grid.
class KernelTable {
  public:
    KernelTable() {
        for (int i = 0; i <= 3000; ++i) kernel_.emplace_back(0.05 * std::exp(i / step_));
    }
    SteadyKernel at(double rho) const {
        const double t = std::log(rho / 0.05) * step_;
        const auto i = static_cast<std::size_t>(t);
        const double part = t - static_cast<double>(i);
        SteadyKernel k = kernel_[i];
        k.value += part * (kernel_[i + 1].value - k.value);
        k.slope += part * (kernel_[i + 1].slope - k.slope);
        return k;
    }

  private:
    double step_ = 3000.0 / std::log(160.0 / 0.05);
    std::vector<SteadyKernel> kernel_;
};

TEST(SpiralArms, DrawnSourcesMakeTheSmoothMean) {
    // Sources beyond 0.5 kpc: the nearer ones have too much variance for a gradient. 3e6 sources leave 0.15 %
    // of the density and 0.0025 per kpc of the logarithmic slopes (one sigma).
    constexpr std::int64_t count = 3000000, slab = 4000;
    const KernelTable table;
    SourceBuffer sources(count + 8);
    for (int w = 0; w < 2; ++w) {
        for (int b = 0; b < 2; ++b) {
            SCOPED_TRACE(testing::Message() << "width " << widths[w] << ", blur " << arm_blur_names()[b]);
            SourceLaw law;
            law.model = SourceModel::spiral;
            law.arm_width = widths[w];
            law.arm_blur = static_cast<ArmBlur>(b);
            sources.size = 0;
            Catalogue(law, 80.0, 20120917).draw(0, slab, 0, count, sources);
            SmoothMean mean;
            for (std::size_t i = 0; i < sources.size; ++i) {
                const double dx = sources.x[i] - sun_radius, dy = sources.y[i], rho = std::hypot(dx, dy);
                if (rho > SmoothMeans::near) mean.add(1.0 / count, table.at(rho), dx / rho, dy / rho);
            }
            const SmoothMean& m = means().far[w][b];
            EXPECT_NEAR(mean.density / m.density, 1.0, 0.006);
            EXPECT_NEAR(mean.x_slope / m.density, m.x_slope / m.density, 0.01);
            EXPECT_NEAR(mean.y_slope / m.density, m.y_slope / m.density, 0.01);
        }
    }
}

}  // namespace

}  // namespace greenhalo::test
