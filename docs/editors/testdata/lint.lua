-- Stands in for nvim-lint: runs a linter over the text of the current buffer and shows what its parser makes of the output.

local M = {}

local namespace = vim.api.nvim_create_namespace('lint')

function M.try_lint(name)
  local linter = require('lint.linters.' .. name)
  local bufnr = vim.api.nvim_get_current_buf()
  assert(linter.stdin, 'the linter does not read the buffer')
  local command = { linter.cmd }
  for _, arg in ipairs(linter.args) do
    table.insert(command, type(arg) == 'function' and arg() or arg)
  end
  local output
  local job = vim.fn.jobstart(command, {
    stdout_buffered = true,
    on_stdout = function(_, lines) output = table.concat(lines, '\n') end,
  })
  for _, line in ipairs(vim.api.nvim_buf_get_lines(bufnr, 0, -1, true)) do
    vim.fn.chansend(job, line .. '\n')
  end
  vim.fn.chanclose(job, 'stdin')
  local code = vim.fn.jobwait({ job })[1]
  assert(code == 0 or linter.ignore_exitcode, 'exit code ' .. code)
  vim.wait(10000, function() return output ~= nil end)
  vim.diagnostic.set(namespace, bufnr, linter.parser(output, bufnr))
end

return M
