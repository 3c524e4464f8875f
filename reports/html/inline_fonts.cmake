# Writes OUTPUT: the style sheet CSS with each woff2 font in it as a data URI. The other formats of a
# font are dropped: every browser of the last ten years reads woff2.
file(READ "${CSS}" css)
get_filename_component(folder "${CSS}" DIRECTORY)
string(REGEX MATCHALL "url\\(fonts/[A-Za-z0-9_-]+\\.woff2\\)" fonts "${css}")
foreach(font IN LISTS fonts)
  string(REGEX REPLACE "url\\((.*)\\)" "\\1" path "${font}")
  execute_process(COMMAND base64 -w0 "${folder}/${path}"
    OUTPUT_VARIABLE data RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "${folder}/${path}: cannot be read, expected a font of libjs-katex; install fonts-katex")
  endif()
  string(REPLACE "${font}" "url(data:font/woff2;base64,${data})" css "${css}")
endforeach()
string(REGEX REPLACE ",url\\(fonts/[A-Za-z0-9_-]+\\.(woff|ttf)\\) format\\([\"'][a-z]+[\"']\\)" "" css "${css}")
if(css MATCHES "url\\(fonts/")
  message(FATAL_ERROR "${CSS}: a font is left that is not woff2, expected KaTeX 0.12 to 0.16; report it")
endif()
file(WRITE "${OUTPUT}" "${css}")
