/// \file
/// Energies and times as people write them.
#pragma once

#include <string>

namespace greenhalo {

/// "30 GeV", "1.5 TeV", "3 PeV" of an energy in GeV.
std::string energy_text(double gev);

/// "300 yr", "30 kyr", "1.2 Myr" of a time in Myr.
std::string age_text(double myr);

}  // namespace greenhalo
