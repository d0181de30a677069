#include "app/json.h"

#include <gtest/gtest.h>

#include <cmath>

namespace greenhalo::json {
namespace {

TEST(Json, escapes_what_must_be) {
    EXPECT_EQ(quoted("a \"b\" \\ c\n\t\r\x01 \xc3\xa9"), "\"a \\\"b\\\" \\\\ c\\n\\t\\r\\u0001 \xc3\xa9\"");
}

TEST(Json, numbers_read_back_exactly_or_are_null) {
    for (const double value : {0.1, 1.0 / 3.0, 6e-300, -2.0, 1e22}) EXPECT_EQ(std::stod(number(value)), value);
    EXPECT_EQ(number(std::nan("")), "null");
    EXPECT_EQ(number(INFINITY), "null");
}

TEST(Json, arrays_and_objects) {
    EXPECT_EQ(array(std::vector<double>{1.5, std::nan("")}), "[1.5, null]");
    EXPECT_EQ(object({}), "{}");
    EXPECT_EQ(object({{"a", "1"}, {"b", array(std::vector<std::string>{})}}, 1), "{\n    \"a\": 1,\n    \"b\": []\n  }");
}

}  // namespace
}  // namespace greenhalo::json
