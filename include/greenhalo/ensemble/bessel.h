/// \file
/// Modified Bessel functions without their exponential growth.
#pragma once

namespace greenhalo {

/// \{
/// exp(-x) I_n(x) and exp(x) K_n(x) for n = 0, 1; x >= 0 (K: x > 0). Relative error below 1e-13.
double scaled_i0(double x);
double scaled_i1(double x);
double scaled_k0(double x);
double scaled_k1(double x);
/// \}

/// exp(-x) (I_0(x) - I_1(x)) without the cancellation for large x.
double scaled_i0_minus_i1(double x);

}  // namespace greenhalo
