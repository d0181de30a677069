/// \file
/// What messages of refused input must say.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "greenhalo/base/error.h"

namespace greenhalo::test {

/// The message of the InputError that the call throws; a failure of the test when it throws none.
template <class Call>
std::string input_error(Call&& call) {
    try {
        call();
    } catch (const InputError& error) {
        return error.what();
    }
    ADD_FAILURE() << "no InputError was thrown";
    return "";
}

inline void expect_all(const std::string& message, const std::vector<const char*>& parts) {
    for (const char* part : parts)
        EXPECT_NE(message.find(part), std::string::npos) << "\"" << part << "\" is missing in: " << message;
}

}  // namespace greenhalo::test
