-- Opens FILE, puts the lines of BUFFER in its place without saving, and writes the diagnostics before and after to OUT.

local function diagnostics()
  return vim.tbl_map(function(d)
    return {
      lnum = d.lnum, col = d.col, end_lnum = d.end_lnum, end_col = d.end_col,
      level = vim.diagnostic.severity[d.severity], rule = d.code, message = d.message,
    }
  end, vim.diagnostic.get(0))
end

vim.cmd('edit ' .. vim.fn.fnameescape(vim.env.FILE))
local disk = diagnostics()
vim.api.nvim_buf_set_lines(0, 0, -1, true, vim.fn.readfile(vim.env.BUFFER))
vim.cmd('doautocmd TextChanged')
vim.fn.writefile({ vim.fn.json_encode({ disk = disk, buffer = diagnostics() }) }, vim.env.OUT)
