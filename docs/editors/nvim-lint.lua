-- lua/lint/linters/sekisho.lua: sekisho for nvim-lint.

local severities = {
  error = vim.diagnostic.severity.ERROR,
  warning = vim.diagnostic.severity.WARN,
  note = vim.diagnostic.severity.INFO,
}

-- sekisho counts lines and characters from 1, Neovim lines and bytes from 0.
local function position(bufnr, line, column)
  local text = vim.api.nvim_buf_get_lines(bufnr, line - 1, line, false)[1] or ''
  local byte = vim.fn.byteidxcomp(text, column - 1)
  return line - 1, byte < 0 and #text or byte
end

return {
  cmd = 'sekisho',
  stdin = true,
  args = {
    '--format', 'json', '-',
    '--stdin-filename', function() return vim.api.nvim_buf_get_name(0) end,
  },
  ignore_exitcode = true, -- 1 means that there are findings
  parser = function(output, bufnr)
    local diagnostics = {}
    if output == '' then
      return diagnostics -- what is wrong, such as a faulty configuration, is on standard error
    end
    for _, finding in ipairs(vim.json.decode(output).findings) do
      local lnum, col = position(bufnr, finding.line, finding.column)
      local end_lnum, end_col = position(bufnr, finding.endLine, finding.endColumn)
      table.insert(diagnostics, {
        lnum = lnum,
        col = col,
        end_lnum = end_lnum,
        end_col = end_col,
        severity = severities[finding.level],
        source = 'sekisho',
        code = finding.rule,
        message = finding.message,
      })
    end
    return diagnostics
  end,
}
