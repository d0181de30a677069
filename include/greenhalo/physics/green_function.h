/// \file
/// The Green function of diffusion with losses in a slab, n = 0 at z = +-H (Blasi & Amato 2012, 2.3 and 2.4),
/// and its gradient at the observer, for any real type. Lengths in kpc, ages in Myr.
///
/// Two forms of one theta function: mirror images converge for young sources, eigenmodes for old ones. The images
/// are written relative to the source's own term with exponents that are products of distances to the boundaries,
/// (z - z_n)^2 - (z - zs)^2 = 8 m H (2 m H - (z - zs)) for n = 2m, 4 ((2m+1) H - zs) ((2m+1) H - z) for n = 2m+1,
/// so that no large numbers are subtracted.
#pragma once

#include <cmath>
#include <limits>

namespace greenhalo {

/// D tau/H^2 at which the series change over: images below, modes above.
inline constexpr double images_up_to = 0.35;

/// A value and its gradient with respect to the observer's position.
template <class Real>
struct GreenFunction {
    Real value{};     ///< kpc^-3
    Real gradient[3]{};  ///< kpc^-4
};

/// Where and when, relative to each other.
template <class Real>
struct Propagation {
    /// \{
    Real dx, dy;             ///< observer minus source, kpc
    /// \}
    Real z;                  ///< height of the observer, kpc
    Real source_z;           ///< height of the source, kpc
    Real age;                ///< Myr
    Real half_height;        ///< H, kpc
    Real diffusion;          ///< D, kpc^2/Myr
    Real loss_rate;          ///< Gamma, 1/Myr
};

/// Sum over images -range..range.
template <class Real>
GreenFunction<Real> green_function_by_images(const Propagation<Real>& p, int range) {
    using std::exp, std::sqrt;
    const Real pi = std::acos(Real(-1));
    const Real q = 4 * p.diffusion * p.age, h = p.half_height, z = p.z, zs = p.source_z;
    Real s = 1, ds = -2 * (z - zs) / q;
    for (int n = 1; n <= range; ++n) {
        for (const int sign : {1, -1}) {
            const int i = sign * n;
            Real exponent, z_n, parity;
            if (i % 2 == 0) {
                const int m = i / 2;
                exponent = 8 * m * h * (2 * m * h - (z - zs));
                z_n = zs + 4 * m * h;
                parity = 1;
            } else {
                const int m = (i - 1) / 2;
                exponent = 4 * ((2 * m + 1) * h - zs) * ((2 * m + 1) * h - z);
                z_n = -zs + (4 * m + 2) * h;
                parity = -1;
            }
            const Real term = parity * exp(-exponent / q);
            s += term;
            ds += -2 * (z - z_n) / q * term;
        }
    }
    const Real distance2 = p.dx * p.dx + p.dy * p.dy + (z - zs) * (z - zs);
    const Real free_space = exp(-distance2 / q - p.loss_rate * p.age) / (pi * q * sqrt(pi * q));
    GreenFunction<Real> g;
    g.value = free_space * s;
    g.gradient[0] = -2 * p.dx / q * g.value;
    g.gradient[1] = -2 * p.dy / q * g.value;
    g.gradient[2] = free_space * ds;
    return g;
}

/// Sum over eigenmodes 1..count.
template <class Real>
GreenFunction<Real> green_function_by_modes(const Propagation<Real>& p, int count) {
    using std::abs, std::cos, std::exp, std::sin;
    const Real pi = std::acos(Real(-1));
    const Real q = 4 * p.diffusion * p.age, h = p.half_height;
    // sin k_m(z + H), measured from the nearer boundary
    const auto sine = [&](int m, Real z) {
        const Real k = m * pi / (2 * h);
        return z <= 0 ? sin(k * (h + z)) : (m % 2 == 0 ? -1 : 1) * sin(k * (h - z));
    };
    const auto cosine = [&](int m, Real z) {
        const Real k = m * pi / (2 * h);
        return z <= 0 ? cos(k * (h + z)) : (m % 2 == 0 ? 1 : -1) * cos(k * (h - z));
    };
    const Real k1 = pi / (2 * h);
    Real s = 0, ds = 0;
    for (int m = 1; m <= count; ++m) {
        const Real k = m * k1;
        const Real term = sine(m, p.source_z) * exp(-(m * m - 1) * p.diffusion * k1 * k1 * p.age);
        s += term * sine(m, p.z);
        ds += term * k * cosine(m, p.z);
    }
    const Real rho2 = p.dx * p.dx + p.dy * p.dy;
    const Real factor = exp(-rho2 / q - (p.loss_rate + p.diffusion * k1 * k1) * p.age) / (pi * q * h);
    GreenFunction<Real> g;
    g.value = factor * s;
    g.gradient[0] = -2 * p.dx / q * g.value;
    g.gradient[1] = -2 * p.dy / q * g.value;
    g.gradient[2] = factor * ds;
    return g;
}

/// The Green function and its gradient. In double the error is below 1e-12 of the value where source and observer
/// are at least 0.02 H from the boundaries, elsewhere below 1e-12 of the free-space term. Zero for a source
/// on or outside the boundary, an observer outside it, or an age that is not positive.
template <class Real>
GreenFunction<Real> green_function(const Propagation<Real>& p) {
    using std::abs;
    if (!(p.age > 0) || abs(p.source_z) >= p.half_height || abs(p.z) > p.half_height) return {};
    const bool extended = std::numeric_limits<Real>::digits > 53;
    const Real u = p.diffusion * p.age / (p.half_height * p.half_height);
    return u < Real(images_up_to) ? green_function_by_images(p, extended ? 6 : 4)
                                  : green_function_by_modes(p, extended ? 9 : 6);
}

}  // namespace greenhalo
