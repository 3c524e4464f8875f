#include "datasets/format.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/hash.h"
#include "datasets/builtin.h"

namespace evotoken::datasets {
namespace {

Dataset empty_dataset(const Format& format, std::string path, std::string_view split) {
  Dataset dataset;
  dataset.name = format.dataset;
  dataset.split = split;
  dataset.path = std::move(path);
  return dataset;
}

void append_samples(const Format& format, const Source& source, Dataset& dataset) {
  for_each_record(source, format.expected_fields, [&](const Record& record) {
    Sample sample;
    format.fill(record, sample);
    sample.index = dataset.samples.size();
    sample.id = fmt::format("{}/{}/{}", dataset.name, dataset.split, sample.index);
    dataset.samples.push_back(std::move(sample));
  });
}

}  // namespace

Dataset read_dataset(const Format& format, const std::filesystem::path& path,
                     std::string_view split) {
  const Source source = read_source(path);
  Dataset dataset = empty_dataset(format, source.name, split);
  dataset.content_hash = content_hash(source.content);
  append_samples(format, source, dataset);
  return dataset;
}

Dataset read_builtin_dataset(const Format& format, const std::vector<std::string_view>& files,
                             std::string_view split) {
  Dataset dataset = empty_dataset(format, "builtin", split);
  std::string bytes;
  for (const std::string_view file : files) {
    const Source source{fmt::format("builtin/{}", file), std::string(builtin_file(file))};
    append_samples(format, source, dataset);
    bytes += source.content;
  }
  dataset.content_hash = content_hash(bytes);
  return dataset;
}

}  // namespace evotoken::datasets
