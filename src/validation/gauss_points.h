/// \file
/// Gauss-Legendre quadrature with five points on (-1, 1).
#pragma once

#include <array>
#include <cstddef>

namespace greenhalo {

inline constexpr std::size_t gauss_points = 5;
inline constexpr std::array<double, gauss_points> gauss_node = {
    -0.906179845938663992797626878299, -0.538469310105683091036314420700, 0.0, 0.538469310105683091036314420700,
    0.906179845938663992797626878299};
inline constexpr std::array<double, gauss_points> gauss_weight = {
    0.236926885056189087514264040720, 0.478628670499366468041291514836, 0.568888888888888888888888888889,
    0.478628670499366468041291514836, 0.236926885056189087514264040720};

}  // namespace greenhalo
