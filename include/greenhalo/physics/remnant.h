/// \file
/// The size of a remnant, which this program otherwise takes for a point.
#pragma once

namespace greenhalo {

/// Radius in kpc of a supernova remnant `age` Myr after the explosion: the Sedov-Taylor blast wave
/// 1.15 (E t^2/rho)^(1/5) of 1e51 erg in a medium of one hydrogen atom per cm^3 (mass density 1.4 m_p), which at 1e5 yr,
/// with 31 pc, has merged with the medium and grows no more. Assumptions of this program: only warnings rest on them.
double remnant_radius(double age);

}  // namespace greenhalo
