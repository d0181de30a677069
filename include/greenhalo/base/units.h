/// \file
/// The unit system of the library and the constants of nature. Inside the library lengths are in kpc, times in
/// Myr, energies in GeV and rigidities in GV; densities leave it in cm^-3 and currents in cm^-2 s^-1.
#pragma once

namespace greenhalo::units {

/// Ratio of the circumference of a circle to its diameter.
inline constexpr double pi = 3.141592653589793238462643383279502884;

inline constexpr double parsec_in_cm = 3.0856775814913673e18;  ///< 648000/pi au (IAU 2015, B2)
inline constexpr double kpc_in_cm = 1e3 * parsec_in_cm;        ///< kpc in cm
inline constexpr double year_in_s = 3.15576e7;                 ///< Julian year
inline constexpr double myr_in_s = 1e6 * year_in_s;            ///< Myr in s
inline constexpr double erg_in_gev = 624.15090744607626;       ///< 1e-7 J over 1e9 e (SI 2019)

inline constexpr double c_in_cm_per_s = 2.99792458e10;             ///< speed of light, cm/s
inline constexpr double c = c_in_cm_per_s * myr_in_s / kpc_in_cm;  ///< speed of light, kpc/Myr

/// One cm^2/s in kpc^2/Myr.
inline constexpr double cm2_per_s = myr_in_s / (kpc_in_cm * kpc_in_cm);

/// One kpc^-3 in cm^-3.
inline constexpr double per_kpc3_in_per_cm3 = 1.0 / (kpc_in_cm * kpc_in_cm * kpc_in_cm);
/// One kpc^-2 Myr^-1 in cm^-2 s^-1.
inline constexpr double per_kpc2_myr_in_per_cm2_s = 1.0 / (kpc_in_cm * kpc_in_cm * myr_in_s);

inline constexpr double kpc_per_pc = 1e-3;    ///< pc in kpc
inline constexpr double myr_per_year = 1e-6;  ///< yr in Myr

}  // namespace greenhalo::units
