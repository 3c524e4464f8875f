// What all readers share: a format says how one row becomes a sample, this makes the data set.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "datasets/records.h"
#include "datasets/sample.h"

namespace evotoken::datasets {

/// A file format of one data set.
struct Format {
  std::string_view dataset;          ///< "gsm8k": Dataset::name and the head of every id
  std::string_view expected_fields;  ///< for messages, e.g. "question and answer"
  /// Sets everything of the sample but id and index. Throws DataError through the record.
  void (*fill)(const Record& record, Sample& sample);
};

/// The samples of one file; ids are "<dataset>/<split>/<index>". Throws DataError as
/// for_each_record does.
Dataset read_dataset(const Format& format, const std::filesystem::path& path,
                     std::string_view split);

/// The samples of embedded files, one after the other, as one data set with path "builtin".
/// `files` are names of builtin.h.
Dataset read_builtin_dataset(const Format& format, const std::vector<std::string_view>& files,
                             std::string_view split);

}  // namespace evotoken::datasets
