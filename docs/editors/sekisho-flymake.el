;;; sekisho-flymake.el --- sekisho for Flymake  -*- lexical-binding: t -*-

(require 'flymake)

(defvar-local sekisho--process nil)

(defun sekisho--position (line column)
  "The position of the character at LINE and COLUMN, which count from 1."
  (goto-char (point-min))
  (forward-line (1- line))
  (min (+ (point) (1- column)) (line-end-position)))

(defun sekisho--diagnostic (finding)
  "Make a Flymake diagnostic of FINDING in the current buffer."
  (let-alist finding
    (let ((beg (sekisho--position .line .column))
          (end (sekisho--position .endLine .endColumn)))
      (flymake-make-diagnostic
       (current-buffer) beg (max end (min (1+ beg) (point-max)))
       (pcase .level ("error" :error) ("warning" :warning) (_ :note))
       (format "%s [%s]" .message .rule)))))

(defun sekisho--finish (process report)
  "Pass what PROCESS printed about the current buffer to REPORT."
  (if (memq (process-exit-status process) '(0 1 3))
      (let ((result (with-current-buffer (process-buffer process)
                      (goto-char (point-min))
                      (json-parse-buffer :object-type 'alist :array-type 'list))))
        (save-excursion
          (save-restriction
            (widen)
            (funcall report (mapcar #'sekisho--diagnostic (alist-get 'findings result))))))
    (flymake-log :warning "sekisho has no result; the buffer *sekisho errors* says why")
    (funcall report nil)))

(defun sekisho-flymake (report &rest _)
  "Check the text of the current buffer, saved or not, and call REPORT."
  (let ((old sekisho--process))
    (setq sekisho--process nil) ; so that what it has found so far is not passed on
    (when (process-live-p old)
      (delete-process old)))
  (with-current-buffer (get-buffer-create "*sekisho errors*")
    (erase-buffer))
  (let ((source (current-buffer)))
    (setq sekisho--process
          (make-process
           :name "sekisho" :connection-type 'pipe :noquery t :coding 'utf-8-unix
           :buffer (generate-new-buffer " *sekisho*")
           :stderr (make-pipe-process :name "sekisho errors" :buffer "*sekisho errors*"
                                      :noquery t :sentinel #'ignore)
           :command (list "sekisho" "--format" "json" "-" "--stdin-filename" buffer-file-name)
           :sentinel
           (lambda (process _event)
             (unless (process-live-p process)
               (unwind-protect
                   (when (buffer-live-p source)
                     (with-current-buffer source
                       (when (eq process sekisho--process)
                         (sekisho--finish process report))))
                 (kill-buffer (process-buffer process)))))))
    (save-restriction
      (widen)
      (process-send-region sekisho--process (point-min) (point-max)))
    (process-send-eof sekisho--process)))

(defun sekisho-setup ()
  "Check the current buffer while it is edited if it is a workflow, an action or the like."
  (when (and buffer-file-name
             (string-match-p
              "/\\(\\.github/\\(workflows/[^/]+\\|dependabot\\)\\|action\\|\\.pre-commit-config\\)\\.ya?ml\\'"
              buffer-file-name))
    (add-hook 'flymake-diagnostic-functions #'sekisho-flymake nil t)
    (flymake-mode 1)))

(add-hook 'find-file-hook #'sekisho-setup)

(provide 'sekisho-flymake)
;;; sekisho-flymake.el ends here
