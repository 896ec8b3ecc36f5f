// Fills [data-lakehouse-fragment] from the worker's API, keeps it fresh, and posts its buttons.
(function () {
  'use strict';

  function show(element, text) {
    var box = element.querySelector('[data-problem]');
    if (!box) {
      box = document.createElement('div');
      box.setAttribute('data-problem', '');
      box.setAttribute('role', 'alert');
      box.className = 'alert alert-danger';
      element.insertBefore(box, element.firstChild);
    }
    box.textContent = text;
  }

  async function refresh(element) {
    var wait = 2000;
    try {
      var response = await fetch(element.getAttribute('data-lakehouse-fragment'), { cache: 'no-store' });
      var html = await response.text();
      if (!response.ok) {
        show(element, 'The worker answered ' + response.status + '.');
      } else if (html !== element.lakehouseHtml) {
        element.lakehouseHtml = html;
        element.innerHTML = html;
      }
      var root = element.querySelector('[data-refresh]');
      wait = root ? Number(root.getAttribute('data-refresh')) : wait;
    } catch (failure) {
      element.lakehouseHtml = null;
      show(element, 'The worker does not answer; it is asked again.');
    }
    if (wait > 0) {
      setTimeout(refresh, wait, element);
    }
  }

  async function post(button) {
    var element = button.closest('[data-lakehouse-fragment]');
    button.disabled = true;
    try {
      var response = await fetch(button.getAttribute('data-post'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: button.getAttribute('data-body') || '{}'
      });
      var answer = await response.json();
      if (!response.ok) {
        show(element, (answer.errors ? Object.values(answer.errors).flat().join(' ') : answer.detail) || answer.title);
      } else if (answer.job_id) {
        window.location.href = '/hangfire/jobs/details/' + encodeURIComponent(answer.job_id);
      }
    } catch (failure) {
      show(element, 'The worker does not answer.');
    }
    button.disabled = false;
  }

  document.addEventListener('click', function (event) {
    var button = event.target.closest('[data-post]');
    if (button) {
      event.preventDefault();
      post(button);
    }
  });
  document.querySelectorAll('[data-lakehouse-fragment]').forEach(refresh);
})();
